package io.freshet.runners.spark;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.ObjectMapper;
import io.freshet.testing.Tools;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Stream;

/** Secrets in files for a pipeline, and where their texts can be seen while it runs and after. */
final class SecretsSeen {
  /** Without the last letter, which tells them apart. */
  private static final String SECRET = "s3cr3tT3xt";

  private static final String[] PAGES = {
    "jobs/",
    "stages/",
    "storage/",
    "environment/",
    "executors/",
    "streaming/",
    "api/v1/applications"
  };

  private final Path folder;
  private final int uiPort = Tools.freePort();
  private final Set<String> seen = new TreeSet<>();

  SecretsSeen(Path folder) throws IOException {
    this.folder = folder;
    Files.createDirectories(folder.resolve("events"));
    Files.writeString(
        folder.resolve("hadoop"),
        """
        fs.s3a.access.key=s3cr3tT3xtA
        fs.s3a.secret.key=s3cr3tT3xtB
        fs.azure.account.key.lake.dfs.core.windows.net=s3cr3tT3xtC
        """);
    Files.writeString(folder.resolve("token"), "root:s3cr3tT3xtD");
    Files.writeString(folder.resolve("auth"), "me:s3cr3tT3xtE");
  }

  /** Spark's own settings: all that it can tell is told. */
  List<String> javaOptions() {
    return List.of(
        "-Dspark.eventLog.dir=file:" + folder.resolve("events"),
        "-Dspark.ui.enabled=true",
        "-Dspark.ui.port=" + uiPort);
  }

  /** Those of the pipeline, with these. */
  String[] options(String... more) {
    Stream<String> secrets =
        Stream.of(
            "--sparkEventLog=true",
            "--hadoopConfFile=" + folder.resolve("hadoop"),
            "--milvusTokenFile=" + folder.resolve("token"),
            "--pushgatewayAuthFile=" + folder.resolve("auth"),
            "--pushgateway=127.0.0.1:" + Tools.freePort());
    return Stream.concat(secrets, Arrays.stream(more)).toArray(String[]::new);
  }

  void lookAtTheUi() throws IOException {
    String ui = "http://127.0.0.1:" + uiPort + "/";
    List<String> pages = new ArrayList<>(List.of(PAGES));
    String application = new ObjectMapper().readTree(page(ui + PAGES[6])).get(0).get("id").asText();
    for (String part : List.of("environment", "jobs", "stages", "allexecutors", "storage/rdd")) {
      pages.add(PAGES[6] + "/" + application + "/" + part);
    }
    for (String page : pages) {
      lookIn(page, page(ui + page));
    }
    // Or it would prove nothing.
    String environment = page(ui + PAGES[6] + "/" + application + "/environment");
    assertTrue(environment.contains("spark.eventLog.enabled"), environment);
  }

  private static String page(String address) throws IOException {
    try (var in = URI.create(address).toURL().openStream()) {
      return new String(in.readAllBytes(), ISO_8859_1);
    }
  }

  void lookAtProcesses() {
    ProcessHandle.allProcesses()
        .forEach(
            process ->
                process
                    .info()
                    .commandLine()
                    .ifPresent(line -> lookIn("process " + process.pid(), line)));
  }

  void lookInEventLog() throws IOException {
    assertTrue(lookIn(folder.resolve("events")) > 0, "No event log");
  }

  /** All files of a folder; returns how many there are. */
  int lookIn(Path of) throws IOException {
    List<Path> files;
    try (Stream<Path> all = Files.walk(of)) {
      files = all.filter(Files::isRegularFile).filter(SecretsSeen::isNoJar).toList();
    }
    for (Path file : files) {
      lookIn(file.toString(), Files.readString(file, ISO_8859_1));
    }
    return files.size();
  }

  private static boolean isNoJar(Path file) {
    return !file.toString().endsWith(".jar");
  }

  void lookIn(String where, String text) {
    if (text.contains(SECRET)) {
      int at = text.indexOf(SECRET);
      seen.add(
          where + ": " + text.substring(at, Math.min(text.length(), at + SECRET.length() + 1)));
    }
  }

  void expectNone() {
    assertEquals(Set.of(), seen);
  }
}
