package io.freshet.uservectors.cli;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.freshet.changes.FreshetException;
import io.freshet.changes.LocaleEncoding;
import java.io.FileDescriptor;
import java.io.FileOutputStream;
import java.io.PrintStream;
import java.time.ZoneId;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.function.Supplier;
import org.slf4j.LoggerFactory;

/** The commands of {@code ./freshet} that are Java's. */
public final class Cli {
  private final Runner runner;
  private final PrintStream out;
  private final PrintStream err;
  private final StopRequest stop;

  public Cli(Runner runner, PrintStream out, PrintStream err) {
    this(runner, out, err, new StopRequest());
  }

  private Cli(Runner runner, PrintStream out, PrintStream err, StopRequest stop) {
    this.runner = runner;
    this.out = out;
    this.err = err;
    this.stop = stop;
  }

  /**
   * Runs a command.
   *
   * @return the exit status: 0, 1 after an error that has been told, 2 for an unknown command; of
   *     {@code verify} 1 if anything differs, and 2 after an error
   */
  public int run(List<String> arguments, Map<String, String> environment) {
    String command = arguments.isEmpty() ? "" : arguments.get(0);
    List<String> options = arguments.isEmpty() ? arguments : arguments.subList(1, arguments.size());
    try {
      LocaleEncoding.ofJvm().requireArguments(arguments);
      switch (command) {
        case "run" -> new RunCommand(runner, environment, err, stop).run(options);
        case "status" -> new StatusCommand(out).run(options);
        case "verify" -> {
          return new VerifyCommand(runner, environment, out, err).run(options);
        }
        case "changes" -> new ChangesCommand(out).run(options);
        case "dead-letters" -> {
          err.println("freshet: '" + command + "' is not there yet in this version");
          return 2;
        }
        default -> {
          err.println("freshet: unknown command '" + command + "'; ./freshet help lists them");
          return 2;
        }
      }
      return 0;
    } catch (FreshetException e) {
      return tell(e, err, arguments);
    }
  }

  /**
   * Ends the process as a command that fails does, before there is one. Needs nothing but the JDK:
   * for a runner whose libraries may be missing, or others.
   */
  public static void refuse(FreshetException e, String[] arguments) {
    Runtime.getRuntime().halt(tell(e, utf8(FileDescriptor.err), Arrays.asList(arguments)));
  }

  private static int tell(FreshetException e, PrintStream err, List<String> arguments) {
    err.println("freshet: error (" + e.category().label() + "): " + e.getMessage());
    return failure(arguments);
  }

  /** The exit status after an error: that of {@code verify} tells it from a difference. */
  private static int failure(List<String> arguments) {
    return !arguments.isEmpty() && arguments.get(0).equals("verify") ? 2 : 1;
  }

  /**
   * The entry for a runner's {@code main}: ends the process with the command's status, within 10 s
   * of a SIGTERM or SIGINT. Of {@code run} these are handled before anything else, loggers and the
   * runner's classes included: they end it with status 0 from the first instant on.
   */
  public static void main(Supplier<Runner> runner, String[] arguments) {
    StopRequest stop =
        arguments.length > 0 && arguments[0].equals("run")
            ? StopRequest.ofThisProcess()
            : new StopRequest();
    // Libraries write names of files and texts of numbers as the default locale has them.
    Locale.setDefault(Locale.ROOT);
    // The JVM reads its time zones when they are first needed. Where no file can be opened then,
    // they are lost to it for good, and with them whoever writes a date: Spark's own logging.
    LoggerFactory.getLogger(Cli.class)
        .debug("The time zone is {}", ZoneId.systemDefault().getRules());
    Optional<ProcessFolder> temporary = ProcessFolder.ofThisJvm();
    int status =
        new Cli(runner.get(), utf8(FileDescriptor.out), utf8(FileDescriptor.err), stop)
            .runAndFlush(Arrays.asList(arguments));
    temporary.ifPresent(ProcessFolder::remove);
    // No System.exit: it would wait for hooks and threads of others, for minutes on some runners.
    Runtime.getRuntime().halt(status);
  }

  /** Keys are printed as they are, whatever the locale. */
  private static PrintStream utf8(FileDescriptor descriptor) {
    return new PrintStream(new FileOutputStream(descriptor), true, UTF_8);
  }

  private int runAndFlush(List<String> arguments) {
    try {
      SystemUser.logIn(System.getenv());
      return run(arguments, System.getenv());
    } catch (UnsatisfiedLinkError e) {
      err.printf(
          "freshet: error (environment): A library cannot unpack its native code and load it from %s: %s. That folder needs some MB of room and must allow execution (no noexec); name another one with FRESHET_JAVA_OPTS=\"-Xmx2g -Djava.io.tmpdir=FOLDER\"%n",
          System.getProperty("java.io.tmpdir"), e.getMessage());
      return failure(arguments);
    } catch (RuntimeException | Error e) {
      // An error, too, must end the process: threads of the runner would keep it alive.
      err.println("freshet: error: " + e);
      e.printStackTrace(err);
      return failure(arguments);
    } finally {
      out.flush();
      err.flush();
    }
  }
}
