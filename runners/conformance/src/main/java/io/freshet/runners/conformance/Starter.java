package io.freshet.runners.conformance;

import io.freshet.uservectors.cli.Runner;
import java.util.List;
import java.util.Map;

/** How tests start a pipeline's process on a runner. */
public interface Starter {
  /**
   * Options of a test's JVMs: they start faster, and a test is over before the other compiler would
   * pay.
   */
  List<String> FAST_JVM = List.of("-XX:TieredStopAtLevel=1", "-XX:+UseSerialGC");

  /** The command line before the pipeline's own arguments. */
  List<String> command();

  /** Options of every command, by name; those of a test win over them. */
  Map<String, String> options();

  /** For commands in the JVM of the tests. */
  Runner runner();
}
