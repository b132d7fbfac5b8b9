package io.freshet.uservectors;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

final class ByteSizeTest {
  @ParameterizedTest
  @CsvSource({
    "0B, 0, 0B",
    "4096B, 4096, 4kB",
    "4097B, 4097, 4097B",
    "512kB, 524288, 512kB",
    "64MB, 67108864, 64MB",
    "1024MB, 1073741824, 1GB",
    "5000GB, 5368709120000, 5000GB",
    "999999999GB, 1073741822926258176, 999999999GB"
  })
  void textIsReadAndWrittenBackInTheGreatestUnitThatFits(String text, long bytes, String written) {
    ByteSize size = ByteSize.parse(text);

    assertEquals(bytes, size.bytes());
    assertEquals(written, size.toString());
    assertEquals(size, ByteSize.parse(written));
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "64", "MB", "64 MB", "-1B", "64mb", "1.5GB", "1TB", "10000000000B"})
  void otherFormsAreRefusedWithTheTextAndTheWayOut(String text) {
    String message =
        assertThrows(IllegalArgumentException.class, () -> ByteSize.parse(text)).getMessage();

    assertTrue(message.startsWith("'" + text + "'"), message);
    assertTrue(message.contains("4096B, 512kB, 64MB or 1GB"), message);
  }
}
