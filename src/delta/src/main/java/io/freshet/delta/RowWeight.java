package io.freshet.delta;

import java.util.List;
import java.util.Map;
import org.apache.beam.sdk.values.Row;

/**
 * About how many bytes a row takes in memory while a slice is read. Rather too many than too few:
 * what comes of it must be held beside it.
 */
final class RowWeight {
  /** The row itself, its place, and its place among those of its key. */
  private static final long ROW = 200;

  /** A reference and a small object, such as a number or a time. */
  private static final long VALUE = 28;

  /** A reference and an empty text or list. */
  private static final long HEAD = 60;

  private RowWeight() {}

  static long of(Object[] values) {
    long weight = ROW;
    for (Object value : values) {
      weight += ofValue(value);
    }
    return weight;
  }

  private static long ofValue(Object value) {
    if (value instanceof String text) {
      return HEAD + 2L * text.length();
    }
    if (value instanceof byte[] bytes) {
      return HEAD + bytes.length;
    }
    if (value instanceof List<?> list) {
      return HEAD + ofAll(list);
    }
    if (value instanceof Map<?, ?> map) {
      return HEAD + map.size() * HEAD + ofAll(map.keySet()) + ofAll(map.values());
    }
    if (value instanceof Row row) {
      return HEAD + ofAll(row.getValues());
    }
    return VALUE;
  }

  private static long ofAll(Iterable<?> values) {
    long weight = 0;
    for (Object value : values) {
      weight += ofValue(value);
    }
    return weight;
  }
}
