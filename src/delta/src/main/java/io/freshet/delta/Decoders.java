package io.freshet.delta;

import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Future;
import java.util.function.ToLongFunction;

/**
 * Decodes several files at once.
 *
 * @param threads what decodes
 * @param atOnce how many files are decoded ahead of the one that is taken
 */
record Decoders(ExecutorService threads, int atOnce) {
  /** Decodes one item, which may be interrupted. */
  interface Decoder<T, R> {
    R decode(T item) throws InterruptedException;
  }

  /** Takes a result, which may be interrupted. */
  interface Taker<R> {
    void take(R result) throws InterruptedException;
  }

  /** Decodes all items and takes the results in the order of the items, on this thread. */
  <T, R> void inOrder(List<T> items, Decoder<T, R> decoder, Taker<R> taker)
      throws InterruptedException {
    inOrder(items, item -> 0, Long.MAX_VALUE, decoder, taker);
  }

  /**
   * The same, ahead only of items that are not too large together.
   *
   * @param size of an item
   * @param most the sizes of all items that are decoded at once, unless it is a single one
   */
  <T, R> void inOrder(
      List<T> items, ToLongFunction<T> size, long most, Decoder<T, R> decoder, Taker<R> taker)
      throws InterruptedException {
    Deque<Future<R>> ahead = new ArrayDeque<>();
    int submitted = 0;
    long sizes = 0;
    try {
      for (int i = 0; i < items.size(); i++) {
        while (submitted < items.size() && submitted <= i + atOnce) {
          T item = items.get(submitted);
          if (submitted > i && sizes + size.applyAsLong(item) > most) {
            break;
          }
          ahead.add(threads.submit(() -> decoder.decode(item)));
          sizes += size.applyAsLong(item);
          submitted++;
        }
        taker.take(result(ahead.remove()));
        sizes -= size.applyAsLong(items.get(i));
      }
    } finally {
      ahead.forEach(future -> future.cancel(true));
    }
  }

  private static <T> T result(Future<T> future) throws InterruptedException {
    try {
      return future.get();
    } catch (ExecutionException e) {
      if (e.getCause() instanceof RuntimeException unchecked) {
        throw unchecked;
      }
      if (e.getCause() instanceof InterruptedException) {
        throw new InterruptedException("Interrupted while a data file was decoded");
      }
      throw new IllegalStateException(e.getCause());
    }
  }
}
