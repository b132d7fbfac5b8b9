package io.freshet.ledger;

import io.freshet.changes.FailureCategory;
import io.freshet.changes.FreshetException;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;

/**
 * A ledger: the entry to everything in this package. Thread-safe; one for each address in a JVM.
 */
public final class Ledger {
  private static final Map<LedgerAddress, Ledger> OPEN = new ConcurrentHashMap<>();

  private final LedgerAddress address;
  private final LedgerStore store;
  private final Clock clock;

  Ledger(LedgerAddress address, Clock clock) {
    this.address = address;
    this.store = new LedgerStore(address);
    this.clock = clock;
  }

  /** The ledger at an address; the folder is made if it is not there. */
  public static Ledger at(LedgerAddress address) {
    return OPEN.computeIfAbsent(address, a -> new Ledger(a, Clock.systemUTC()));
  }

  /** Takes the ledger for this process; see {@link Ownership}. */
  public Ownership takeOwnership() {
    return Ownership.take(this, Duration.ofSeconds(2), Duration.ofSeconds(10));
  }

  /**
   * Makes sure that this is the ledger of a table; a new one becomes so.
   *
   * @throws FreshetException {@link FailureCategory#LEDGER_MISMATCH} if it is that of another table
   */
  public LedgerIdentity identify(String tableId, String tableUri) {
    Optional<LedgerIdentity> known = identity();
    if (known.isEmpty()) {
      store.write(
          "identity_" + Nonce.next(),
          new Contents.Identity(UUID.randomUUID().toString(), tableId, tableUri, clock.millis()));
      known = identity();
    }
    LedgerIdentity identity = known.orElseThrow();
    if (!identity.tableId().equals(tableId)) {
      throw new FreshetException(
          FailureCategory.LEDGER_MISMATCH,
          "The ledger "
              + this
              + " belongs to the table with id "
              + identity.tableId()
              + " (then at "
              + identity.tableUri()
              + "), but the table at "
              + tableUri
              + " has id "
              + tableId
              + "; give this table a ledger of its own with --ledger, or point --table at the first");
    }
    return identity;
  }

  /** Whose progress this is; empty for a new ledger. */
  public Optional<LedgerIdentity> identity() {
    return view()
        .identity()
        .flatMap(file -> store.read(file, Contents.Identity.class))
        .map(i -> new LedgerIdentity(i.ledgerId(), i.tableId(), i.tableUri()));
  }

  /**
   * Makes sure that this ledger's collection is the given one; a new ledger is bound to it.
   *
   * @throws FreshetException {@link FailureCategory#LEDGER_MISMATCH} if it is bound to another
   */
  public void bindCollection(String database, String collection) {
    Optional<Contents.CollectionIdentity> known = collection();
    if (known.isEmpty()) {
      store.write(
          "collection_" + Nonce.next(),
          new Contents.CollectionIdentity(database, collection, "", clock.millis()));
      return;
    }
    Contents.CollectionIdentity bound = known.get();
    if (!bound.database().equals(database) || !bound.collection().equals(collection)) {
      throw new FreshetException(
          FailureCategory.LEDGER_MISMATCH,
          "The ledger "
              + this
              + " belongs to the collection '"
              + bound.collection()
              + "' in database '"
              + bound.database()
              + "', not to '"
              + collection
              + "' in '"
              + database
              + "'; use a ledger of its own for each collection");
    }
  }

  /** Whether the ledger has been bound to a collection: from then on it must exist. */
  public boolean isBoundToCollection() {
    return collection().isPresent();
  }

  private Optional<Contents.CollectionIdentity> collection() {
    return view().collection().flatMap(file -> store.read(file, Contents.CollectionIdentity.class));
  }

  /** How far the table's history is done; empty before the first start. */
  public Optional<Cursor> cursor() {
    LedgerView view = view();
    return view.done().isEmpty() ? Optional.empty() : Optional.of(lastDone(view).record().cursor());
  }

  /** Records where the first slice starts. Only for a ledger without a {@link #cursor()}. */
  public void start(Cursor cursor) {
    long now = clock.millis();
    store.write(
        Names.doneFile(0),
        new Contents.Done(cursor, OutcomeTotals.NONE, 0, SliceLimits.FIRST_ROWS, 0, 0, 0, 0, now));
  }

  /** What hands out the slices of the owner's {@code generation}. */
  public SliceCoordinator coordinator(
      String generation, String fingerprint, SliceLimits limits, SlicePlanner planner) {
    return new SliceCoordinator(this, generation, fingerprint, limits, planner, clock);
  }

  /** What workers claim slices with. */
  public SliceClaims claims() {
    return new SliceClaims(this, clock);
  }

  /** What workers record outcomes with. */
  public OutcomeRecorder outcomes() {
    return new OutcomeRecorder(this, clock);
  }

  /** Where the pipeline stands. */
  public LedgerStatus status() {
    return LedgerStatus.of(this, view(), clock.instant());
  }

  LedgerView view() {
    return LedgerView.of(store.list());
  }

  LedgerStore store() {
    return store;
  }

  Clock clock() {
    return clock;
  }

  LastDone lastDone(LedgerView view) {
    for (Map.Entry<Long, List<String>> slice : view.done().entrySet()) {
      Optional<Contents.Done> furthest =
          slice.getValue().stream()
              .flatMap(file -> store.read(file, Contents.Done.class).stream())
              .max((a, b) -> a.position().compareTo(b.position()));
      if (furthest.isPresent()) {
        return new LastDone(slice.getKey(), furthest.get());
      }
    }
    throw new FreshetException(
        FailureCategory.LEDGER_MISMATCH,
        "The ledger " + this + " has no record of where to start; was a file of it deleted?");
  }

  /**
   * Whether slices of that generation may be worked on: no later one has begun, and nothing has
   * halted it.
   */
  boolean isOwner(LedgerView view, String generation) {
    return view.newestGeneration().map(generation::equals).orElse(false)
        && view.halt(generation).isEmpty();
  }

  @Override
  public String toString() {
    return address.toString();
  }
}
