/// Names and settings that follow from few options: topics, groups, Kafka clients.
@NullMarked
package io.pairstream.config;

import org.jspecify.annotations.NullMarked;
