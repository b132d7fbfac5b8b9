package io.freshet.embedding;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Random;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

class HashModelTest {
  /** Reads "dimension base64" lines; prints row_hash and the components. */
  private static final String DRIVER =
      """


      import base64, sys
      import numpy
      for line in sys.stdin:
          dimension, encoded = line.rstrip("\\n").split(" ")
          text = base64.b64decode(encoded).decode("utf-8")
          print(row_hash(text), *(repr(float(x)) for x in numpy.float32(embed(text, int(dimension)))))
      """;

  @ParameterizedTest
  @MethodSource
  void theTestVectorsOfTheDocumentHold(ModelsPage.TestVector expected) {
    float[] vector = new HashModel(expected.dimension()).embed(expected.text());

    double length =
        Math.sqrt(expected.sums().values().stream().mapToDouble(sum -> sum * sum).sum());
    for (int i = 0; i < vector.length; i++) {
      assertEquals(
          (float) (expected.sums().getOrDefault(i, 0L) / length), vector[i], "component " + i);
    }
    assertEquals(expected.rowHash(), new EmbeddingInput.Text(expected.text()).rowHash());
  }

  static List<ModelsPage.TestVector> theTestVectorsOfTheDocumentHold() {
    List<ModelsPage.TestVector> vectors = ModelsPage.testVectors();
    assertEquals(7, vectors.size());
    return vectors;
  }

  @Test
  void theDocumentsPythonGivesTheSameVectors(@TempDir Path folder) throws Exception {
    Random random = new Random(20260102);
    List<String> texts = new ArrayList<>(List.of("", " ", "\u0085", "\u001c", "\u00a0a\u3000b"));
    for (int i = 0; i < 400; i++) {
      texts.add(unicodeText(random));
    }
    List<Integer> dimensions =
        random.ints(texts.size(), 1, 300).boxed().collect(Collectors.toList());
    StringBuilder input = new StringBuilder();
    for (int i = 0; i < texts.size(); i++) {
      byte[] utf8 = texts.get(i).getBytes(UTF_8);
      input.append(dimensions.get(i)).append(' ');
      input.append(Base64.getEncoder().encodeToString(utf8)).append('\n');
    }

    List<String> lines = ModelsPage.runPython(folder, DRIVER, input.toString());

    assertEquals(texts.size(), lines.size());
    for (int i = 0; i < texts.size(); i++) {
      String[] fields = lines.get(i).split(" ", -1);
      String what = "text " + i;
      assertEquals(
          Long.parseLong(fields[0]), new EmbeddingInput.Text(texts.get(i)).rowHash(), what);
      float[] vector = new HashModel(dimensions.get(i)).embed(texts.get(i));
      assertEquals(vector.length, fields.length - 1, what);
      for (int j = 0; j < vector.length; j++) {
        assertEquals(Float.parseFloat(fields[j + 1]), vector[j], what + ", component " + j);
      }
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"", " \n", "u1 click i42", "\u0000", "x"})
  void everyTextHasAVectorOfLengthOne(String text) {
    for (int dimension = 1; dimension < 200; dimension++) {
      assertEquals(1, ModelsPage.length(new HashModel(dimension).embed(text)), 1e-6);
    }
  }

  @Test
  void unpairedSurrogatesCountAsQuestionMarks() {
    assertArrayEquals(new HashModel(64).embed("a? b"), new HashModel(64).embed("a\ud83d b"));
  }

  @Test
  void similarTextsAreNearerThanOthers() {
    double near = cosine("user1 click item42", "user1 view item42");
    double far = cosine("user1 click item42", "zebra jumps over");

    assertTrue(near > 0.5 && far < 0.2, near + " " + far);
  }

  private static double cosine(String a, String b) {
    float[] x = new HashModel(128).embed(a);
    float[] y = new HashModel(128).embed(b);
    double sum = 0;
    for (int i = 0; i < x.length; i++) {
      sum += x[i] * y[i];
    }
    return sum;
  }

  private static String unicodeText(Random random) {
    return random
        .ints(random.nextInt(40), 0, 5)
        .map(
            kind ->
                switch (kind) {
                  case 0 -> ' ';
                  case 1 -> random.nextInt(0x80);
                  case 2 -> random.nextInt(0xd800);
                  case 3 -> 0x1f300 + random.nextInt(0x300);
                  default -> 'a' + random.nextInt(26);
                })
        .collect(StringBuilder::new, StringBuilder::appendCodePoint, StringBuilder::append)
        .toString();
  }
}
