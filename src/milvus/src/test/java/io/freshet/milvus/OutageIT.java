package io.freshet.milvus;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.freshet.changes.FailureCategory;
import io.freshet.changes.Lease;
import io.freshet.changes.Outcome;
import io.freshet.testing.Await;
import io.freshet.testing.MilvusKind;
import io.freshet.testing.MilvusServer;
import io.freshet.testing.Tools;
import io.milvus.grpc.GetLoadStateRequest;
import io.milvus.shaded.io.grpc.Deadline;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

final class OutageIT {
  private static final int BATCH = 20;
  private static final int WRITERS = 4;
  private static final Duration LIMIT = Duration.ofSeconds(60);

  @ParameterizedTest
  @EnumSource
  void nothingIsLostWhenTheServerIsKilledAndRestartedWhileWriting(
      MilvusKind kind, @TempDir Path dir) {
    ExecutorService executor = Executors.newFixedThreadPool(WRITERS);
    try (MilvusServer milvus = MilvusServer.start(kind, dir.resolve("milvus"))) {
      MilvusTarget target = target(milvus.uri());
      long id = new CollectionSetup(target).ensure(false, false).collectionId();
      AtomicInteger batches = new AtomicInteger();
      AtomicBoolean stop = new AtomicBoolean();
      List<CompletableFuture<Void>> writing = new ArrayList<>();
      for (int i = 0; i < WRITERS; i++) {
        String prefix = "w" + i + "-";
        BatchWriter writer = new BatchWriter(target.withCollectionId(id));
        writing.add(
            CompletableFuture.runAsync(
                () -> {
                  for (int batch = 0; !stop.get(); batch++) {
                    expectWritten(writer, prefix + "b" + batch + "-");
                    batches.incrementAndGet();
                  }
                },
                executor));
      }
      Await.until("batches of each", LIMIT, () -> batches.get() > 20);

      milvus.kill();
      int before = batches.get();
      milvus.restart();
      Await.until("batches after the restart", LIMIT, () -> batches.get() > before + WRITERS);
      stop.set(true);
      writing.forEach(CompletableFuture::join);

      try (Oracle oracle = new Oracle(target)) {
        Await.until(
            "search after the restart",
            LIMIT,
            () -> oracle.nearest(3, 1, 0, 0).map(Object::toString).orElse("").endsWith("-3"));
        assertEquals(batches.get() * BATCH, oracle.versions().size());
      }
    } finally {
      executor.shutdownNow();
    }
  }

  /** Milvus Lite opens a collection once for each of those who ask first. */
  @Test
  void nothingIsLostWhenOthersReadWhileTheServerStarts(@TempDir Path dir) {
    ExecutorService executor = Executors.newFixedThreadPool(WRITERS);
    try (MilvusServer milvus = MilvusServer.start(MilvusKind.LITE, dir.resolve("milvus"))) {
      MilvusTarget target = target(milvus.uri());
      new CollectionSetup(target).ensure(false, false);
      BatchWriter writer = new BatchWriter(target);
      for (int batch = 0; batch < 100; batch++) {
        expectWritten(writer, "b" + batch + "-");
      }
      milvus.kill();
      AtomicBoolean stop = new AtomicBoolean();
      AtomicInteger answers = new AtomicInteger();
      List<CompletableFuture<Void>> readers = new ArrayList<>();
      for (int i = 0; i < WRITERS; i++) {
        // A process of its own, as far as Freshet can tell.
        MilvusClient reader = MilvusClient.of(another(target, i).endpoint());
        readers.add(
            CompletableFuture.runAsync(
                () -> {
                  while (!stop.get()) {
                    answers.addAndGet(asks(reader, target) ? 1 : 0);
                  }
                },
                executor));
      }
      milvus.restart();
      for (int batch = 100; batch < 110; batch++) {
        expectWritten(writer, "b" + batch + "-");
      }
      stop.set(true);
      readers.forEach(CompletableFuture::join);

      assertTrue(answers.get() > 0);
      new CollectionSetup(target).loadAgain();
      try (Oracle oracle = new Oracle(target)) {
        assertEquals(110 * BATCH, oracle.versions().size());
      }
    } finally {
      executor.shutdownNow();
    }
  }

  private static MilvusTarget another(MilvusTarget target, int number) {
    return target.withToken("reader:" + number);
  }

  private static boolean asks(MilvusClient client, MilvusTarget target) {
    GetLoadStateRequest request =
        GetLoadStateRequest.newBuilder().setCollectionName(target.collection()).build();
    try {
      client.call(Deadline.after(1, TimeUnit.SECONDS), stub -> stub.getLoadState(request));
      return true;
    } catch (MilvusException e) {
      return false; // The server is not there yet.
    }
  }

  private static void expectWritten(BatchWriter writer, String prefix) {
    Lease lease = new Lease("attempt", Instant.now().plusSeconds(60));
    // One without numbers says that what was not answered may still arrive.
    List<Outcome> outcomes =
        writer.write(Updates.upserts(lease, prefix, BATCH)).stream()
            .filter(outcome -> !outcome.numbers().isEmpty())
            .toList();
    assertEquals(1, outcomes.size(), outcomes.toString());
    assertTrue(outcomes.get(0) instanceof Outcome.Written, outcomes.toString());
  }

  @ParameterizedTest
  @EnumSource
  void aRestartedServerIsSearchableAlthoughNothingIsWritten(MilvusKind kind, @TempDir Path dir) {
    try (MilvusServer milvus = MilvusServer.start(kind, dir.resolve("milvus"))) {
      MilvusTarget target = target(milvus.uri());
      CollectionSetup setup = new CollectionSetup(target);
      setup.ensure(false, false);
      assertFalse(setup.loadAgain());
      setup.keepLoaded();
      new BatchWriter(target).write(Updates.upserts(lease(LIMIT), "k", 2));

      milvus.kill();
      milvus.restart();

      try (Oracle oracle = new Oracle(target)) {
        Await.until(
            "search after the restart",
            LIMIT,
            () -> oracle.nearest(1, 1, 0, 0).equals(Optional.of("k1")));
      }
    }
  }

  @ParameterizedTest
  @EnumSource
  void anUpsertReplacesTheRowOfItsKey(MilvusKind kind, @TempDir Path dir) {
    try (MilvusServer milvus = MilvusServer.start(kind, dir.resolve("milvus"))) {
      MilvusTarget target = target(milvus.uri());
      new CollectionSetup(target).ensure(false, false);
      BatchWriter writer = new BatchWriter(target);
      Lease lease = lease(LIMIT);

      writer.write(Updates.batch(Updates.upsert(lease, 0, "a", 1, 0, 0, 0)));
      writer.write(Updates.batch(Updates.upsert(lease, 0, "a", 2, 0, 0, 0)));

      try (Oracle oracle = new Oracle(target)) {
        assertEquals(java.util.Map.of("a", 2f), oracle.firstFloats());
      }
    }
  }

  @ParameterizedTest
  @EnumSource
  void aServerThatHangsCostsNoMoreThanTheLease(MilvusKind kind, @TempDir Path dir) {
    try (MilvusServer milvus = MilvusServer.start(kind, dir.resolve("milvus"))) {
      MilvusTarget target = target(milvus.uri());
      new CollectionSetup(target).ensure(false, false);
      BatchWriter writer = new BatchWriter(target);

      milvus.freeze();
      Lease lease = lease(Duration.ofSeconds(1));
      Outcome.Abandoned abandoned =
          (Outcome.Abandoned) writer.write(Updates.upserts(lease, "k", 1)).get(0);
      assertEquals(FailureCategory.MILVUS_UNAVAILABLE, abandoned.category());
      assertTrue(lease.isOver(Instant.now()));

      milvus.resume();
      Lease next = lease(LIMIT);
      assertEquals(
          List.of(new Outcome.Written(next, List.of(0))),
          writer.write(Updates.upserts(next, "k", 1)));
    }
  }

  @Test
  void anUnreachableServerMeansAbandonedAtTheEndOfTheLease() {
    BatchWriter writer = new BatchWriter(target("http://127.0.0.1:" + Tools.freePort()));
    Lease lease = lease(Duration.ofMillis(700));

    List<Outcome> outcomes = writer.write(Updates.upserts(lease, "k", 2));

    assertTrue(lease.isOver(Instant.now()));
    Outcome.Abandoned abandoned = (Outcome.Abandoned) outcomes.get(0);
    assertEquals(FailureCategory.MILVUS_UNAVAILABLE, abandoned.category());
    assertEquals(List.of(0, 1), abandoned.numbers());
    assertTrue(abandoned.detail().startsWith("UNAVAILABLE"), abandoned.detail());
  }

  private static MilvusTarget target(String uri) {
    return MilvusTarget.of(uri, "vectors", Updates.DIMENSION, "ledger-1");
  }

  private static Lease lease(Duration length) {
    return new Lease("attempt", Instant.now().plus(length));
  }
}
