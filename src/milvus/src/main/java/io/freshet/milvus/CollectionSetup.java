package io.freshet.milvus;

import io.freshet.changes.FailureCategory;
import io.freshet.changes.FreshetException;
import io.freshet.changes.ServerAddress;
import io.freshet.changes.ServerProtocol;
import io.freshet.changes.VectorOrigin;
import io.freshet.milvus.LossConfirmation.Finding;
import io.milvus.grpc.DescribeCollectionResponse;
import io.milvus.grpc.LoadState;
import io.milvus.shaded.io.grpc.Deadline;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;

/** Makes sure that a target's collection is there, fits, belongs to its ledger, and is loaded. */
public final class CollectionSetup {
  private static final Duration RPC_LIMIT = Duration.ofSeconds(10);
  // Milvus Lite answers a load only when it is done.
  private static final Duration LOAD_LIMIT = Duration.ofSeconds(60);
  private static final Duration POLL = Duration.ofMillis(200);
  private static final int UNCLEAR_TRIES = 4;
  private static final int LOOKS_IN_SPAN = 5;
  private static final int REMOVE_TRIES = 4;

  /** So many connections must show that the server speaks another protocol than the address. */
  private static final int PROTOCOL_LOOKS = 2;

  private static final Duration PROTOCOL_LIMIT = Duration.ofSeconds(1);

  private final MilvusTarget target;
  private final Duration patience;
  private final MilvusCollection collection;
  private final CollectionLooks looks;
  private final Duration lossSpan;
  private Optional<VectorOrigin> vectors = Optional.empty();
  private Optional<VectorOrigin> written = Optional.empty();

  /** What a collection that {@link #ensure} makes is marked with, and no other is. */
  private final String mark = LedgerMark.newMark();

  /**
   * A setup that waits up to a minute for a server that is away, and as long for the collection to
   * load.
   */
  public CollectionSetup(MilvusTarget target) {
    this(target, Duration.ofSeconds(60));
  }

  /** A setup that waits up to {@code patience} instead. Nothing is sent yet. */
  public CollectionSetup(MilvusTarget target, Duration patience) {
    this(target, patience, LossConfirmation.SPAN);
  }

  /**
   * A setup that believes that the collection is gone when the server has said so for {@code
   * lossSpan}, whatever it was asked.
   */
  public CollectionSetup(MilvusTarget target, Duration patience, Duration lossSpan) {
    this.target = target;
    this.patience = patience;
    this.lossSpan = lossSpan;
    this.collection = new MilvusCollection(target);
    this.looks = new CollectionLooks(target, collection);
  }

  /**
   * From now on the collection's vectors must be made by {@code origin}, unless it has no rows: one
   * that is made, or taken over, says so afterwards.
   *
   * @param remembered what the ledger has written, if it remembers that. Of its own collection it
   *     counts for more than what the collection says: Milvus 2.3.5 forgets changed properties at a
   *     restart, and then says again what was to be written when the collection was made
   */
  public CollectionSetup forVectors(VectorOrigin origin, Optional<VectorOrigin> remembered) {
    vectors = Optional.of(origin);
    written = remembered;
    return this;
  }

  /** Has the collection say by what its vectors are made, if it does not say so yet. */
  public void recordVectors(EnsuredCollection ensured) {
    if (vectors.isEmpty() || vectors.equals(ensured.vectors())) {
      return;
    }
    try {
      collection.markVectors(vectors.get(), within(RPC_LIMIT));
    } catch (MilvusException e) {
      throw failure(e);
    }
  }

  /**
   * Creates the collection if it is not there; checks it if it is; gives it its index; loads it and
   * waits until it is searchable. Safe to repeat after any failure, and by several at once.
   *
   * <p>One answer that a collection which must exist is gone, or is another one, is not believed:
   * the server is asked in several ways until all answers have agreed for a while, or one differs.
   *
   * @param mustExist whether the ledger already has progress: then a missing collection is an error
   * @param adopt whether to take over a collection that was made elsewhere or belongs to another
   *     ledger; it is marked with the target's ledger
   * @throws FreshetException COLLECTION_LOST if it must exist and does not; COLLECTION_MISMATCH if
   *     it differs from what is needed or is not this ledger's; MILVUS_DENIED; MILVUS_UNAVAILABLE
   *     if the server was away for too long
   */
  public EnsuredCollection ensure(boolean mustExist, boolean adopt) {
    long end = System.nanoTime() + patience.toNanos();
    int unclear = 0;
    int otherProtocol = 0;
    for (int failures = 1; ; failures++) {
      try {
        if (!collection.exists(within(RPC_LIMIT))) {
          if (mustExist) {
            if (isConfirmed(Finding.GONE)) {
              throw new FreshetException(FailureCategory.COLLECTION_LOST, lostMessage());
            }
            throw MilvusException.ofContradiction();
          }
          collection.create(mark, vectors, within(RPC_LIMIT));
        }
        return ensureFits(mustExist, adopt, end);
      } catch (MilvusException e) {
        if (!e.answered()
            && ServerProtocol.isOtherThan(target.address(), target.port(), PROTOCOL_LIMIT)
            && ++otherProtocol >= PROTOCOL_LOOKS) {
          throw otherProtocol(e);
        }
        // Unclear and lost may be another worker that creates it now; nothing is blamed on one
        // answer.
        boolean mayPass =
            switch (e.kind()) {
              case TRANSIENT -> true;
              case UNCLEAR, LOST, DATA -> ++unclear < UNCLEAR_TRIES;
              case DENIED -> false;
            };
        Duration pause = Backoff.STANDARD.pause(failures);
        if (!mayPass || System.nanoTime() + pause.toNanos() - end > 0) {
          boolean believed =
              e.kind() != FailureKind.LOST || (mustExist && isConfirmed(Finding.GONE));
          throw failure(believed ? e : MilvusException.ofContradiction());
        }
        sleep(pause);
      }
    }
  }

  /**
   * Loads the collection if the server has it released, as Milvus Lite does after each restart. One
   * small request when it is loaded.
   *
   * @return whether it had to be loaded
   * @throws FreshetException MILVUS_UNAVAILABLE, MILVUS_DENIED or COLLECTION_LOST
   */
  public boolean loadAgain() {
    try {
      return LoadWatch.loadAgain(collection);
    } catch (MilvusException e) {
      throw failure(e);
    }
  }

  /**
   * From now on, until this JVM ends, has a daemon thread call {@link #loadAgain} every few seconds
   * and hide its failures: a restarted server becomes searchable although nothing is written.
   * {@link WriteToMilvus} does so in every worker; a driver that lives as long as the pipeline
   * should, too. What a killed process has left of Freshet's own in the collection is deleted
   * first, which is tried a few times: where there is one writer, nobody does it later. Repeating
   * it does nothing more.
   */
  public void keepLoaded() {
    LoadWatch watch = LoadWatch.of(target);
    for (int tries = 1; !watch.removeControlRow() && tries < REMOVE_TRIES; tries++) {
      sleep(Backoff.STANDARD.pause(tries));
    }
  }

  /** Whether all answers say so for the whole span. */
  private boolean isConfirmed(Finding suspicion) {
    LossConfirmation confirmation = new LossConfirmation(lossSpan);
    while (true) {
      switch (confirmation.add(
          suspicion, looks.round(() -> within(RPC_LIMIT)), System.nanoTime())) {
        case CONFIRMED -> {
          return true;
        }
        case CONTRADICTED -> {
          return false;
        }
        case OPEN -> sleep(lossSpan.dividedBy(LOOKS_IN_SPAN));
      }
    }
  }

  private EnsuredCollection ensureFits(boolean mustExist, boolean adopt, long end)
      throws MilvusException {
    DescribeCollectionResponse described = collection.describe(within(RPC_LIMIT));
    // It has fitted before: what says the contrary ends a pipeline that works.
    if (mustExist
        && !adopt
        && CollectionCheck.fault(target, described).isPresent()
        && !isConfirmed(Finding.OTHER)) {
      throw MilvusException.ofContradiction();
    }
    checkSchema(described);
    checkVectors(described, end);
    checkLedger(described, adopt);
    checkIndex();
    load(end);
    Optional<String> found = LedgerMark.mark(described, target.ledgerId());
    // Not by the answer to the creation: Milvus calls that of a collection which is there a
    // success.
    return new EnsuredCollection(
        found.equals(Optional.of(mark)),
        described.getCollectionID(),
        found,
        LedgerMark.vectors(described),
        described.getSchema().getDescription());
  }

  private void checkSchema(DescribeCollectionResponse described) {
    Optional<String> keyField = CollectionSchemas.otherKeyField(target, described.getSchema());
    if (keyField.isPresent()) {
      throw mismatch(
          "has the key field '%s', wanted: '%s'".formatted(keyField.get(), target.keyField()),
          "Set --keyField=%s, which any name of the key column goes with; or --collection to another name"
              .formatted(keyField.get()));
    }
    List<String> differences = CollectionSchemas.differences(target, described.getSchema());
    if (!differences.isEmpty()) {
      throw mismatch(
          "does not fit: " + String.join("; ", differences),
          "Set --collection to another name, make the options fit, or drop the collection");
    }
  }

  private void checkVectors(DescribeCollectionResponse described, long end) throws MilvusException {
    Optional<VectorOrigin> there = LedgerMark.vectors(described);
    boolean fits = there.isEmpty() || vectors.isEmpty() || there.get().fits(vectors.get());
    if (fits || isRemembered(described)) {
      return;
    }
    checkIndex();
    load(end);
    if (new CollectionReader(target).count() > 0) {
      throw mismatch(
          "holds vectors that were made by '"
              + there.get().text()
              + "', wanted: by '"
              + vectors.get().text()
              + "'; two kinds of vectors in one collection find nothing",
          "Set the options as they were, or --collection to another name with a new --ledger and"
              + " --startingVersion=snapshot");
    }
  }

  private boolean isRemembered(DescribeCollectionResponse described) {
    return LedgerMark.of(described).equals(Optional.of(target.ledgerId()))
        && vectors.flatMap(wanted -> written.map(wanted::fits)).orElse(false);
  }

  private void checkLedger(DescribeCollectionResponse described, boolean adopt)
      throws MilvusException {
    Optional<String> owner = LedgerMark.of(described);
    if (owner.equals(Optional.of(target.ledgerId()))) {
      return;
    }
    if (!adopt) {
      throw mismatch(
          owner.map(id -> "belongs to the ledger " + id).orElse("was not made by Freshet")
              + ", wanted: one of the ledger "
              + target.ledgerId(),
          "Set --collection to another name, --ledger to the ledger it belongs to, or take it over"
              + " with --adoptCollection");
    }
    collection.mark(within(RPC_LIMIT));
  }

  private void checkIndex() throws MilvusException {
    Optional<String> metric = collection.indexMetric(within(RPC_LIMIT));
    if (metric.isEmpty()) {
      collection.createIndex(within(RPC_LIMIT));
    } else if (!metric.get().equals(MilvusCollection.METRIC)) {
      throw mismatch(
          "does not fit: there: an index of the metric "
              + metric.get()
              + " on "
              + CollectionSchemas.VECTOR
              + ", wanted: "
              + MilvusCollection.METRIC,
          "Set --collection to another name, or drop the index");
    }
  }

  private void load(long end) throws MilvusException {
    while (collection.loadState(within(RPC_LIMIT)) != LoadState.LoadStateLoaded) {
      collection.load(within(LOAD_LIMIT));
      if (System.nanoTime() - end > 0) {
        throw new FreshetException(
            FailureCategory.MILVUS_UNAVAILABLE,
            "Collection "
                + target
                + " did not load within "
                + patience.toSeconds()
                + " s; see the server's log, or try again");
      }
      sleep(POLL);
    }
  }

  private FreshetException mismatch(String fact, String wayOut) {
    return new FreshetException(
        FailureCategory.COLLECTION_MISMATCH, "Collection " + target + " " + fact + ". " + wayOut);
  }

  private FreshetException failure(MilvusException e) {
    return switch (e.kind()) {
      case TRANSIENT -> unavailable(e, "Start it, or set --milvusUri");
      case UNCLEAR -> unavailable(e, "See the server's log, and check --database and --collection");
      case DENIED ->
          new FreshetException(
              FailureCategory.MILVUS_DENIED,
              "Milvus at "
                  + target.uri()
                  + " refuses the credentials for the collection "
                  + target.collection()
                  + ": "
                  + e.getMessage()
                  + ". Set MILVUS_TOKEN",
              e);
      case LOST -> new FreshetException(FailureCategory.COLLECTION_LOST, lostMessage(), e);
      case DATA ->
          new FreshetException(
              FailureCategory.COLLECTION_MISMATCH,
              "Milvus refuses the collection "
                  + target
                  + ": "
                  + e.getMessage()
                  + ". Check --collection, --database and --dimension",
              e);
    };
  }

  private FreshetException otherProtocol(MilvusException e) {
    ServerAddress address = target.address();
    return new FreshetException(
        FailureCategory.OPTION,
        "The server at "
            + address
            + (address.tls() ? " does not speak TLS" : " speaks TLS")
            + "; write --milvusUri="
            + address.withOtherScheme(),
        e);
  }

  private FreshetException unavailable(MilvusException e, String wayOut) {
    return new FreshetException(
        FailureCategory.MILVUS_UNAVAILABLE,
        "Milvus at "
            + target.uri()
            + " does not serve the collection "
            + target.collection()
            + ": "
            + e.getMessage()
            + ". "
            + wayOut,
        e);
  }

  private String lostMessage() {
    return "Collection "
        + target
        + " is gone, wanted: the one that the ledger "
        + target.ledgerId()
        + " has written. Restore it, or write it anew: another --ledger and --startingVersion=snapshot";
  }

  private static Deadline within(Duration limit) {
    return Deadline.after(limit.toNanos(), TimeUnit.NANOSECONDS);
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
