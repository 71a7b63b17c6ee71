/// The command line, and everything on one machine: broker, services, demo, pictures, report.
///
/// Picocli is used in this module only. Each command is one class in `command`; the services that
/// they start are plain classes of the other modules.
@NullMarked
package io.pairstream.local;

import org.jspecify.annotations.NullMarked;
