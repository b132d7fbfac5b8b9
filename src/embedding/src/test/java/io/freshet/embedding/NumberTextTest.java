package io.freshet.embedding;

import static java.util.stream.Collectors.joining;
import static org.junit.jupiter.api.Assertions.assertEquals;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Texts of floats and doubles, against the Python of {@code docs/models.md}. */
class NumberTextTest {
  /** Reads the bits of numbers; prints their texts. */
  private static final String DRIVER =
      """


      import sys
      for line in sys.stdin:
          kind, bits = line.split()
          code, single = {"f": ("<f", True), "d": ("<d", False)}[kind]
          width = 4 if single else 8
          print(number(struct.unpack(code, int(bits, 16).to_bytes(width, "little"))[0], single))
      """;

  @Test
  void numbersAreWrittenAsTheDocumentSays(@TempDir Path folder) throws Exception {
    Random random = new Random(1582);
    List<Object> numbers = new ArrayList<>(List.of(0.0, -0.0, 0f, -0f, Double.NaN, Float.NaN));
    numbers.addAll(
        List.of(
            Double.MIN_VALUE,
            Double.MIN_NORMAL,
            Double.MAX_VALUE,
            4 * Double.MIN_VALUE,
            Double.parseDouble("1e23")));
    numbers.addAll(List.of(Float.MIN_VALUE, Float.MIN_NORMAL, Float.MAX_VALUE, 1.1f, 0x1p24f));
    numbers.addAll(List.of(Double.NEGATIVE_INFINITY, Float.POSITIVE_INFINITY, 0.001, 1e7, 1e7f));
    for (int exponent = -60; exponent < 60; exponent++) {
      numbers.add(Math.scalb(1.0, exponent));
      numbers.add(Math.scalb(1f, exponent));
    }
    for (int i = 0; i < 1000; i++) {
      numbers.add(Double.longBitsToDouble(random.nextLong()));
      numbers.add(Float.intBitsToFloat(random.nextInt()));
      numbers.add(random.nextInt(10_000) / 100.0);
      numbers.add(random.nextInt(10_000) / 100f);
    }

    List<String> expected = pythons(folder, numbers);

    assertEquals(expected, numbers.stream().map(NumberTextTest::text).toList());
  }

  private static String text(Object number) {
    StringBuilder text = new StringBuilder();
    ValueText.append(number, text);
    return text.toString();
  }

  private static String bits(Object number) {
    return number instanceof Double wide
        ? "d " + Long.toHexString(Double.doubleToRawLongBits(wide))
        : "f " + Integer.toHexString(Float.floatToRawIntBits((Float) number));
  }

  private static List<String> pythons(Path folder, List<Object> numbers) throws Exception {
    String input = numbers.stream().map(NumberTextTest::bits).collect(joining("\n", "", "\n"));
    List<String> texts = ModelsPage.runPython(folder, DRIVER, input);
    assertEquals(numbers.size(), texts.size());
    return texts;
  }
}
