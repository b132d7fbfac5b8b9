package io.freshet.embedding;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.freshet.testing.Tools;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** What {@code docs/models.md} says, so that tests hold the code to it. */
final class ModelsPage {
  private static final String FENCE = "```";

  private ModelsPage() {}

  /** A line of the table of test vectors. */
  record TestVector(String text, int dimension, Map<Integer, Long> sums, long rowHash) {}

  static String python() {
    return between(read(Path.of("../../docs/models.md")), FENCE + "python\n", FENCE);
  }

  /**
   * The lines that Python writes: the page's code, then {@code driver}, which reads {@code input}.
   */
  static List<String> runPython(Path folder, String driver, String input)
      throws IOException, InterruptedException {
    Path script = Files.writeString(folder.resolve("models.py"), python() + driver);
    Path in = Files.writeString(folder.resolve("in"), input);
    Path out = folder.resolve("out");
    int status =
        new ProcessBuilder(Tools.python("python").toString(), script.toString())
            .redirectInput(in.toFile())
            .redirectOutput(out.toFile())
            .redirectError(ProcessBuilder.Redirect.INHERIT)
            .start()
            .waitFor();
    assertEquals(0, status);
    return Files.readAllLines(out);
  }

  static List<TestVector> testVectors() {
    return read(Path.of("../../docs/models.md"))
        .lines()
        .filter(line -> line.startsWith("| `\""))
        .map(ModelsPage::testVector)
        .toList();
  }

  private static TestVector testVector(String line) {
    String[] cells = line.substring(2).split(" \\| | \\|$", -1);
    int dimension = Integer.parseInt(cells[1]);
    Map<Integer, Long> sums = new HashMap<>();
    for (String entry : cells[2].split(" ", -1)) {
      String[] pair = entry.split(":", -1);
      sums.put(Integer.parseInt(pair[0]), Long.parseLong(pair[1]));
    }
    String json = cells[0].substring(2, cells[0].length() - 2);
    return new TestVector(json.translateEscapes(), dimension, sums, Long.parseLong(cells[3]));
  }

  static String read(Path file) {
    try {
      return Files.readString(file);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  static String between(String text, String start, String end) {
    int from = text.indexOf(start);
    if (from < 0) {
      throw new AssertionError("No " + start);
    }
    from += start.length();
    return text.substring(from, text.indexOf(end, from));
  }

  static double length(float[] vector) {
    double[] squares = new double[vector.length];
    Arrays.setAll(squares, i -> (double) vector[i] * vector[i]);
    return Math.sqrt(Arrays.stream(squares).sum());
  }
}
