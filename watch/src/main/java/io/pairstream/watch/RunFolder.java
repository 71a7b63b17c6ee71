package io.pairstream.watch;

import io.pairstream.cli.options.ArgumentList;
import io.pairstream.cli.source.OptionFiles;
import io.pairstream.ops.ExitCode;
import io.pairstream.ops.Report;
import io.pairstream.ops.ServiceException;
import java.io.IOException;
import java.nio.file.AccessDeniedException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;

/// Everything that a run on this machine leaves: the folder of `--out`.
///
/// @param root the folder
public record RunFolder(Path root) {
  private static final String OPTIONS = "run.yaml";
  private static final String REPORT = "report.json";

  public RunFolder {
    root = root.toAbsolutePath().normalize();
  }

  /// A folder for a new run.
  ///
  /// @throws ServiceException when something is in it already, or it cannot be made
  public static RunFolder create(Path root) {
    RunFolder folder = new RunFolder(root);
    try {
      Files.createDirectories(folder.root);
      try (Stream<Path> content = Files.list(folder.root)) {
        if (content.findAny().isPresent()) {
          throw ServiceException.usage(
              "folder '"
                  + root
                  + "' is not empty; --resume goes on with the run in it, and another --out begins"
                  + " a new one");
        }
      }
      Files.createDirectories(folder.logs());
      Files.createDirectories(folder.work());
    } catch (IOException e) {
      throw unusable(root, e);
    }
    return folder;
  }

  /// The folder of a run that exists.
  ///
  /// @throws ServiceException when there is none in it
  public static RunFolder existing(Path root) {
    RunFolder folder = new RunFolder(root);
    if (!folder.isRun()) {
      throw ServiceException.usage("there is no run in '" + root + "'");
    }
    try {
      Files.createDirectories(folder.logs());
      Files.createDirectories(folder.work());
    } catch (IOException e) {
      throw unusable(root, e);
    }
    return folder;
  }

  private static ServiceException unusable(Path root, IOException e) {
    return ServiceException.environment("folder '" + root + "' cannot be used: " + cause(e), e);
  }

  private static String cause(IOException e) {
    return switch (e) {
      case AccessDeniedException _ -> "permission denied";
      case FileAlreadyExistsException there -> "'" + there.getFile() + "' is not a folder";
      case FileSystemException system when system.getReason() != null -> system.getReason();
      default -> String.valueOf(e.getMessage());
    };
  }

  /// Videos that were drawn for the run.
  public Path dataset() {
    return root.resolve("dataset");
  }

  /// The broker's data.
  public Path broker() {
    return root.resolve("broker");
  }

  /// What each process writes.
  public Path logs() {
    return root.resolve("logs");
  }

  /// Small files between the processes: management ports, single reports.
  public Path work() {
    return root.resolve("work");
  }

  /// The checkpoints of a trainer.
  public Path checkpoints(String trainer) {
    return root.resolve("checkpoints").resolve(trainer);
  }

  /// Keeps the options with which the run began, for `--resume`, `verify` and `show`.
  public void keepOptions(ArgumentList options) {
    try {
      Files.write(root.resolve(OPTIONS), options.yaml());
    } catch (IOException e) {
      throw unusable(root, e);
    }
  }

  /// A way to go on with a run.
  @FunctionalInterface
  public interface Continuation {
    int execute() throws InterruptedException;
  }

  /// Goes on with other options, which are kept unless a service refuses them: the run can then be
  /// resumed as before.
  ///
  /// @throws ServiceException as the continuation does
  public int goOnWith(ArgumentList options, Continuation continuation) throws InterruptedException {
    ArgumentList before = options();
    keepOptions(options);
    try {
      return continuation.execute();
    } catch (ServiceException e) {
      if (e.exitCode() == ExitCode.USAGE) {
        keepOptions(before);
      }
      throw e;
    }
  }

  /// The options with which the run began.
  public ArgumentList options() {
    return ArgumentList.of(OptionFiles.read(root.resolve(OPTIONS)));
  }

  /// Whether a run was begun in it.
  public boolean isRun() {
    return Files.exists(root.resolve(OPTIONS));
  }

  /// Whether a run has ended in it.
  public boolean hasReport() {
    return Files.exists(root.resolve(REPORT));
  }

  public <R extends Report> R readReport(Class<R> type) {
    try {
      return Report.read(root.resolve(REPORT), type);
    } catch (IOException e) {
      throw unusable(root, e);
    }
  }

  /// Keeps the report, as `report.json` and for people as `report.txt`.
  public void keepReport(Report report, List<String> lines) {
    report.write(root.resolve(REPORT));
    try {
      Files.write(root.resolve("report.txt"), lines);
    } catch (IOException e) {
      throw unusable(root, e);
    }
  }

  public Path pairs() {
    return root.resolve("pairs.png");
  }

  public Path comparison() {
    return root.resolve("comparison.png");
  }
}
