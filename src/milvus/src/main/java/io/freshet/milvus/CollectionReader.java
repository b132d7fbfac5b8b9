package io.freshet.milvus;

import io.freshet.changes.FailureCategory;
import io.freshet.changes.FreshetException;
import io.freshet.milvus.RowQueries.Freshness;
import io.milvus.shaded.io.grpc.Deadline;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;

/**
 * Reads a collection that {@link CollectionSetup#ensure} has approved. Every read sees all that was
 * acknowledged before it. A server that is away, or does not know the collection, is asked again
 * for a minute.
 *
 * <p>Every method throws a {@link FreshetException}: MILVUS_UNAVAILABLE, MILVUS_DENIED,
 * COLLECTION_LOST, or COLLECTION_MISMATCH if the server refuses the query.
 */
public final class CollectionReader {
  private static final Duration PATIENCE = Duration.ofMinutes(1);
  // Milvus Lite looks at every row for each page, and takes minutes to count a million.
  private static final Duration RPC_LIMIT = Duration.ofMinutes(10);

  /** Nothing is blamed on one answer. */
  private static final int DATA_TRIES = 4;

  private static final RequestLimits KEYS = RequestLimits.KEYS;
  private static final long VECTOR_BYTES = 16L << 20;

  private final MilvusTarget target;
  private final RowQueries queries;
  private final Duration patience;
  private PageSize pageSize = PageSize.FIRST;

  /** A reader of the target. Nothing is sent yet. */
  public CollectionReader(MilvusTarget target) {
    this(target, PATIENCE);
  }

  CollectionReader(MilvusTarget target, Duration patience) {
    this.target = target;
    this.queries = new RowQueries(target);
    this.patience = patience;
  }

  /** How many rows there are; several rows of one key, as Milvus 2.3.5 can have, count as such. */
  public long count() {
    return count("", Freshness.STRONG);
  }

  /**
   * Hands every key's row to {@code sink} in the order of the keys' code points. Keys that are
   * written meanwhile may be seen or not; no other key is lost or seen twice. One page of rows is
   * held at a time: 100,000 rows without vectors, 16 MiB with.
   */
  public void scan(boolean withVectors, Consumer<StoredRow> sink) {
    String filter = "";
    while (true) {
      List<StoredRow> page = page(filter, withVectors);
      if (page.isEmpty()) {
        return;
      }
      page.forEach(sink);
      filter = after(page.get(page.size() - 1).key());
    }
  }

  /** The rows of {@code keys}, in any order; keys that are not there are left out. */
  public List<StoredRow> rows(Collection<String> keys, boolean withVectors) {
    List<StoredRow> rows = new ArrayList<>(keys.size());
    RequestLimits limits = new RequestLimits(most(KEYS.rows(), withVectors), KEYS.bytes());
    for (List<String> part : limits.split(List.copyOf(keys), DeleteExpression::bytes)) {
      rows.addAll(retried(() -> queries.byKeys(part, withVectors, within())));
    }
    return rows;
  }

  /**
   * Keys of which the collection holds several rows, {@code most} at most. No query shows them: of
   * several rows of a key it gives one. But they are counted, so the ranges of keys that have more
   * rows than keys are halved until one key is left.
   */
  public List<String> repeatedKeys(int most) {
    List<String> repeated = new ArrayList<>();
    String from = "";
    while (repeated.size() < most) {
      List<StoredRow> page = page(from.isEmpty() ? "" : after(from), false);
      if (page.isEmpty()) {
        break;
      }
      halve(page.stream().map(StoredRow::key).toList(), from, repeated, most);
      from = page.get(page.size() - 1).key();
    }
    return repeated;
  }

  /**
   * @param keys all keys of a range, in order
   * @param before the key before the range; empty at the beginning
   */
  private void halve(List<String> keys, String before, List<String> repeated, int most) {
    String last = keys.get(keys.size() - 1);
    String range =
        (before.isEmpty() ? "" : after(before) + " and ")
            + target.keyField()
            + " <= "
            + DeleteExpression.quote(last);
    if (repeated.size() >= most || count(range, Freshness.EVENTUAL) <= keys.size()) {
      return;
    }
    if (keys.size() == 1) {
      if (count(DeleteExpression.of(target.keyField(), keys), Freshness.STRONG) > 1) {
        repeated.add(last);
      }
      return;
    }
    int half = keys.size() / 2;
    halve(keys.subList(0, half), before, repeated, most);
    halve(keys.subList(half, keys.size()), keys.get(half - 1), repeated, most);
  }

  /** How many rows to ask for at once. */
  private int most(int rows, boolean withVectors) {
    long fit = VECTOR_BYTES / ((long) target.dimension() * Float.BYTES);
    return withVectors ? (int) Math.max(1, Math.min(rows, fit)) : rows;
  }

  private String after(String key) {
    return target.keyField() + " > " + DeleteExpression.quote(key);
  }

  private long count(String filter, Freshness freshness) {
    return retried(() -> queries.count(filter, freshness, within()));
  }

  /**
   * The next rows, as many as the server will give at once. That there are none is believed when
   * they are counted, too: who compares would take all that follows for missing, and see nothing of
   * what is too much.
   */
  private List<StoredRow> page(String filter, boolean withVectors) {
    return retried(
        () -> {
          List<StoredRow> page = pageOrLess(filter, withVectors);
          if (page.isEmpty() && queries.count(filter, Freshness.STRONG, within()) > 0) {
            throw MilvusException.ofAnswer("the server gives none of the rows that it counts");
          }
          return page;
        });
  }

  private List<StoredRow> pageOrLess(String filter, boolean withVectors) throws MilvusException {
    while (true) {
      try {
        return queries.page(filter, most(pageSize.rows(), withVectors), withVectors, within());
      } catch (MilvusException e) {
        if (!e.answered() || pageSize.isSmallest() || e.kind() == FailureKind.LOST) {
          throw e;
        }
        pageSize = pageSize.smaller();
      }
    }
  }

  private interface Query<T> {
    T send() throws MilvusException;
  }

  private <T> T retried(Query<T> query) {
    long end = System.nanoTime() + patience.toNanos();
    int data = 0;
    for (int failures = 1; ; failures++) {
      try {
        return query.send();
      } catch (MilvusException e) {
        Duration pause = Backoff.STANDARD.pause(failures);
        boolean mayPass =
            switch (e.kind()) {
              case TRANSIENT, UNCLEAR, LOST -> true;
              case DATA -> ++data < DATA_TRIES;
              case DENIED -> false;
            };
        if (!mayPass || System.nanoTime() + pause.toNanos() - end > 0) {
          throw failure(e);
        }
        sleep(pause);
      }
    }
  }

  private FreshetException failure(MilvusException e) {
    FailureCategory category =
        switch (e.kind()) {
          case TRANSIENT, UNCLEAR -> FailureCategory.MILVUS_UNAVAILABLE;
          case DATA -> FailureCategory.COLLECTION_MISMATCH;
          case DENIED -> FailureCategory.MILVUS_DENIED;
          case LOST -> FailureCategory.COLLECTION_LOST;
        };
    return new FreshetException(
        category, "Collection " + target + " cannot be read: " + e.getMessage(), e);
  }

  private static Deadline within() {
    return Deadline.after(RPC_LIMIT.toNanos(), TimeUnit.NANOSECONDS);
  }

  private static void sleep(Duration pause) {
    try {
      Thread.sleep(pause.toMillis());
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new FreshetException(
          FailureCategory.MILVUS_UNAVAILABLE, "Interrupted while waiting for Milvus", e);
    }
  }
}
