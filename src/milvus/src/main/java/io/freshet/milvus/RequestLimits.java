package io.freshet.milvus;

import java.util.ArrayList;
import java.util.List;
import java.util.function.ToLongFunction;

/**
 * How big a request may be. Milvus refuses requests over 64 MiB whole; smaller ones are retried and
 * bisected at less cost.
 *
 * @param rows at most so many rows
 * @param bytes at most so many bytes, save where one row is bigger
 */
record RequestLimits(int rows, long bytes) {
  static final RequestLimits UPSERT = new RequestLimits(10_000, 8L << 20);

  /**
   * Of an expression that names keys. The server parses the whole expression: a long one costs more
   * than two short ones.
   */
  static final RequestLimits KEYS = new RequestLimits(1_000, 512L << 10);

  /** Cuts {@code items} into runs within the limits, in order. */
  <T> List<List<T>> split(List<T> items, ToLongFunction<T> size) {
    List<List<T>> runs = new ArrayList<>();
    int start = 0;
    long runBytes = 0;
    for (int i = 0; i < items.size(); i++) {
      long itemBytes = size.applyAsLong(items.get(i));
      if (i > start && (i - start >= rows || runBytes + itemBytes > bytes)) {
        runs.add(items.subList(start, i));
        start = i;
        runBytes = 0;
      }
      runBytes += itemBytes;
    }
    if (start < items.size()) {
      runs.add(items.subList(start, items.size()));
    }
    return runs;
  }
}
