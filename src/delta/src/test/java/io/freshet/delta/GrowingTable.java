package io.freshet.delta;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.attribute.BasicFileAttributes;
import java.nio.file.attribute.FileTime;
import java.util.ArrayList;
import java.util.List;

/** A table that is made once more, commit by commit: a life of {@code spark_lives.py}. */
final class GrowingTable {
  private static final ObjectMapper JSON = new ObjectMapper();

  private final Path made;
  private final Path table;
  private final JsonNode meta;
  private final List<JsonNode> seen = new ArrayList<>();
  private int commits;

  /** All data files are there from the start, in a copy in {@code folder}; no commit is. */
  GrowingTable(Path life, Path folder) throws IOException {
    this.made = life.resolve("table");
    this.table = folder;
    this.meta = JSON.readTree(life.resolve("meta.json").toFile());
    for (String line : Files.readAllLines(life.resolve("life.jsonl"))) {
      seen.add(JSON.readTree(line));
    }
    Path log = made.resolve("_delta_log");
    Files.walkFileTree(
        made,
        new SimpleFileVisitor<>() {
          @Override
          public FileVisitResult preVisitDirectory(Path from, BasicFileAttributes attributes)
              throws IOException {
            Files.createDirectories(folder.resolve(made.relativize(from)));
            return from.equals(log) ? FileVisitResult.SKIP_SUBTREE : FileVisitResult.CONTINUE;
          }

          @Override
          public FileVisitResult visitFile(Path file, BasicFileAttributes attributes)
              throws IOException {
            Files.copy(file, folder.resolve(made.relativize(file)));
            return FileVisitResult.CONTINUE;
          }
        });
    Files.createDirectories(table.resolve("_delta_log"));
  }

  String uri() {
    return table.toString();
  }

  JsonNode meta() {
    return meta;
  }

  boolean isWhole() {
    return commits == seen.size();
  }

  /** The next commit comes. Returns what Spark read when it was the latest. */
  JsonNode grow() throws IOException {
    String name = "%020d.json".formatted(commits);
    Path commit = table.resolve("_delta_log").resolve(name);
    Path coming = table.resolve("_delta_log").resolve("." + name);
    Files.copy(made.resolve("_delta_log").resolve(name), coming);
    long time = meta.get("commit_mtimes_ms").get(Integer.toString(commits)).asLong();
    Files.setLastModifiedTime(coming, FileTime.fromMillis(time));
    Files.move(coming, commit);
    return seen.get(commits++);
  }

  /** What a commit calls itself. */
  String operation(long version) throws IOException {
    Path commit = table.resolve("_delta_log").resolve("%020d.json".formatted(version));
    for (String line : Files.readAllLines(commit)) {
      JsonNode info = JSON.readTree(line).path("commitInfo");
      if (info.isObject()) {
        return info.path("operation").asText();
      }
    }
    return "";
  }
}
