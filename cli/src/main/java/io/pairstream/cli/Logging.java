package io.pairstream.cli;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.LoggerContext;
import ch.qos.logback.classic.encoder.PatternLayoutEncoder;
import ch.qos.logback.classic.filter.ThresholdFilter;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.ConsoleAppender;
import io.pairstream.run.Instance;
import org.slf4j.LoggerFactory;

/// Where log lines go. A service keeps the settings of `logback.xml`; a command that talks to a
/// person calls [#quiet] first.
public final class Logging {
  private static final String OURS = "io.pairstream";

  /// As `logback.xml` has it.
  private static final String INSTANCE = "instance";

  private Logging() {}

  /// Names the instance on every line of this process.
  static void of(Instance instance) {
    ((LoggerContext) LoggerFactory.getILoggerFactory()).putProperty(INSTANCE, instance.toString());
  }

  /// Only our own warnings, without decoration.
  public static void quiet() {
    LoggerContext context = (LoggerContext) LoggerFactory.getILoggerFactory();
    context.reset();
    ConsoleAppender<ILoggingEvent> terminal = new ConsoleAppender<>();
    terminal.setTarget("System.err");
    ThresholdFilter warnings = new ThresholdFilter();
    warnings.setLevel(Level.WARN.toString());
    warnings.start();
    terminal.addFilter(warnings);
    PatternLayoutEncoder encoder = new PatternLayoutEncoder();
    encoder.setContext(context);
    encoder.setPattern("%msg%n");
    encoder.start();
    terminal.setContext(context);
    terminal.setEncoder(encoder);
    terminal.start();
    context.getLogger(Logger.ROOT_LOGGER_NAME).setLevel(Level.WARN);
    Logger ours = context.getLogger(OURS);
    ours.setLevel(Level.INFO);
    ours.addAppender(terminal);
  }
}
