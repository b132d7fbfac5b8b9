package io.freshet.delta.table;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.freshet.testing.Tools;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** The tables of {@code corpus/tables.tar.gz}, unpacked with their files' times. */
final class Corpus {
  private static final ObjectMapper JSON = new ObjectMapper();

  private final Path folder;

  private Corpus(Path folder) {
    this.folder = folder;
  }

  static Corpus unpack(Path folder) throws IOException, InterruptedException {
    Process tar =
        new ProcessBuilder(Tools.onPath("tar").toString(), "-xz", "-C", folder.toString())
            .inheritIO()
            .redirectInput(ProcessBuilder.Redirect.PIPE)
            .start();
    try (InputStream archive = Corpus.class.getResourceAsStream("/corpus/tables.tar.gz");
        var in = tar.getOutputStream()) {
      archive.transferTo(in);
    }
    if (tar.waitFor() != 0) {
      throw new IOException("tar failed");
    }
    return new Corpus(folder);
  }

  String table(String name) {
    return folder.resolve(name).resolve("table").toString();
  }

  JsonNode meta(String name) throws IOException {
    return JSON.readTree(folder.resolve(name).resolve("meta.json").toFile());
  }

  /** The changes that Spark reads in one version. */
  List<JsonNode> expected(String name, long version) throws IOException {
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
