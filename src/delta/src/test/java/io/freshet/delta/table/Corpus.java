package io.freshet.delta.table;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.freshet.testing.Tools;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;

/** Tables that Spark wrote, and what it reads of them, unpacked with their files' times. */
public final class Corpus {
  private static final ObjectMapper JSON = new ObjectMapper();

  private final Path folder;

  private Corpus(Path folder) {
    this.folder = folder;
  }

  /** The tables of {@code corpus/tables.tar.gz}. */
  public static Corpus unpack(Path folder) throws IOException, InterruptedException {
    return unpack("/corpus/tables.tar.gz", folder);
  }

  /**
   * The random histories of {@code spark/histories.tar.gz}, some of those that {@code
   * spark_histories.py} makes.
   */
  public static Corpus unpackHistories(Path folder) throws IOException, InterruptedException {
    return unpack("/spark/histories.tar.gz", folder);
  }

  /** The lives of {@code spark/lives.tar.gz}, some of those that {@code spark_lives.py} makes. */
  public static void unpackLives(Path folder) throws IOException, InterruptedException {
    unpackArchive("/spark/lives.tar.gz", folder);
  }

  /** The tables of {@code schemas/schemas.tar.gz}, which {@code schema_changes.py} makes. */
  public static Corpus unpackSchemaChanges(Path folder) throws IOException, InterruptedException {
    return unpack("/schemas/schemas.tar.gz", folder);
  }

  /** The table of {@code calendars/calendars.tar.gz}, which {@code legacy_calendars.py} makes. */
  static Corpus unpackCalendars(Path folder) throws IOException, InterruptedException {
    return unpack("/calendars/calendars.tar.gz", folder);
  }

  private static Corpus unpack(String resource, Path folder)
      throws IOException, InterruptedException {
    unpackArchive(resource, folder);
    return open(folder);
  }

  /** The tables of a folder. */
  public static Corpus open(Path folder) throws IOException {
    Corpus corpus = new Corpus(folder);
    for (String name : corpus.names()) {
      corpus.restoreTimes(name);
    }
    return corpus;
  }

  /** Unpacks a {@code .tar.gz} among the resources. */
  static void unpackArchive(String resource, Path folder) throws IOException, InterruptedException {
    Process tar =
        new ProcessBuilder(Tools.onPath("tar").toString(), "-xz", "-C", folder.toString())
            .inheritIO()
            .redirectInput(ProcessBuilder.Redirect.PIPE)
            .start();
    try (InputStream archive = Corpus.class.getResourceAsStream(resource);
        var in = tar.getOutputStream()) {
      archive.transferTo(in);
    }
    if (tar.waitFor() != 0) {
      throw new IOException("tar failed");
    }
  }

  /** The names of the tables. */
  public List<String> names() throws IOException {
    try (Stream<Path> tables = Files.list(folder)) {
      return tables.map(table -> table.getFileName().toString()).sorted().toList();
    }
  }

  /** Without in-commit timestamps, a commit file's time is its commit's. */
  private void restoreTimes(String name) throws IOException {
    for (Map.Entry<String, JsonNode> time : meta(name).get("commit_mtimes_ms").properties()) {
      String commit = "%020d.json".formatted(Long.parseLong(time.getKey()));
      Files.setLastModifiedTime(
          Path.of(table(name), "_delta_log", commit),
          FileTime.fromMillis(time.getValue().asLong()));
    }
  }

  public String table(String name) {
    return folder.resolve(name).resolve("table").toString();
  }

  public JsonNode meta(String name) throws IOException {
    return JSON.readTree(folder.resolve(name).resolve("meta.json").toFile());
  }

  /** The changes that Spark reads in one version. */
  public List<JsonNode> expected(String name, long version) throws IOException {
    List<JsonNode> rows = new ArrayList<>();
    for (String line : Files.readAllLines(folder.resolve(name).resolve("expected.jsonl"))) {
      JsonNode row = JSON.readTree(line);
      if (row.get("_commit_version").asLong() == version) {
        rows.add(row);
      }
    }
    return rows;
  }
}
