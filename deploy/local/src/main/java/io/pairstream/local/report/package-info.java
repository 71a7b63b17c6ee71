/// What a run shows: progress while it lasts, and the summary, the JSON report and the pictures
/// that it leaves.
@NullMarked
package io.pairstream.local.report;

import org.jspecify.annotations.NullMarked;
