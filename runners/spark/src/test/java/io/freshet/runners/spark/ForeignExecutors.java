package io.freshet.runners.spark;

import java.io.IOException;
import java.net.URISyntaxException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import javax.tools.JavaCompiler;
import javax.tools.ToolProvider;
import org.apache.spark.scheduler.TaskDescription;
import scala.collection.Seq;

/**
 * Makes executors do as those of another version of Spark do: they register, are given tasks, and
 * cannot make out what these are (seen with a driver of 3.5.6 and workers of 3.4.4).
 */
final class ForeignExecutors {
  private static final String DECODER =
      """
      package org.apache.spark.scheduler;

      public class TaskDescription$ {
        public static final TaskDescription$ MODULE$ = new TaskDescription$();

        public TaskDescription decode(java.nio.ByteBuffer task) {
          throw new IllegalStateException("a task of another version");
        }
      }
      """;

  private ForeignExecutors() {}

  /**
   * The options of the driver's JVM that make them so, by classes that are put in {@code folder}.
   */
  static List<String> in(Path folder) throws IOException {
    Path source = folder.resolve("TaskDescription$.java");
    Files.writeString(source, DECODER);
    String classes =
        Stream.of(TaskDescription.class, Seq.class)
            .map(ForeignExecutors::jar)
            .collect(Collectors.joining(":"));
    JavaCompiler compiler = ToolProvider.getSystemJavaCompiler();
    int status =
        compiler.run(
            null,
            System.err,
            System.err,
            "-cp",
            classes,
            "-d",
            folder.toString(),
            source.toString());
    if (status != 0) {
      throw new AssertionError("javac ended with " + status);
    }
    return List.of("-Dspark.executor.extraClassPath=" + folder);
  }

  private static String jar(Class<?> type) {
    try {
      return Path.of(type.getProtectionDomain().getCodeSource().getLocation().toURI()).toString();
    } catch (URISyntaxException e) {
      throw new AssertionError(e);
    }
  }
}
