package io.freshet.ledger;

import io.freshet.changes.FailureCategory;
import io.freshet.changes.FreshetException;
import io.freshet.changes.Position;
import io.freshet.changes.Time;
import io.freshet.changes.VectorOrigin;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import java.util.stream.Stream;

/**
 * A ledger: the entry to everything in this package. Thread-safe; one for each address in a JVM.
 */
public final class Ledger {
  private static final Map<LedgerAddress, Ledger> OPEN = new ConcurrentHashMap<>();

  private final LedgerStore store;
  private final Time time;
  private final Processes processes;
  private final Sightings sightings;

  Ledger(LedgerStore store, Time time) {
    this(store, time, Processes.SYSTEM);
  }

  Ledger(LedgerStore store, Time time, Processes processes) {
    this.store = store;
    this.time = time;
    this.processes = processes;
    this.sightings = new Sightings(time);
  }

  /** The ledger at an address; its folder is made by the first write. */
  public static Ledger at(LedgerAddress address) {
    return OPEN.computeIfAbsent(address, a -> new Ledger(LedgerStore.open(a), Time.SYSTEM));
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
          new Contents.Identity(UUID.randomUUID().toString(), tableId, tableUri, time.millis()));
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
              + "; give this table a ledger of its own with --ledger, or point --table at the"
              + " first");
    }
    return identity;
  }

  /** Whose progress this is; empty for a new ledger. */
  public Optional<LedgerIdentity> identity() {
    return view().identities().stream()
        .flatMap(file -> store.read(file, Contents.Identity.class).stream())
        .min(Comparator.comparingLong(Contents.Identity::createdAt))
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
          new Contents.CollectionIdentity(database, collection, "", time.millis()));
      known = collection();
    }
    Contents.CollectionIdentity bound = known.orElseThrow();
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
    return view().collections().stream()
        .flatMap(file -> store.read(file, Contents.CollectionIdentity.class).stream())
        .min(Comparator.comparingLong(Contents.CollectionIdentity::at));
  }

  /** How far the table's history is done; empty before the first start. */
  public Optional<Cursor> cursor() {
    return standingIfStarted().map(standing -> standing.last().record().cursor());
  }

  /** The last commit that is done, as it was when it was read. */
  public Anchor anchor() {
    return standingIfStarted()
        .map(standing -> standing.last().record().anchor())
        .orElse(Anchor.NONE);
  }

  /** The files of the last commits that are done, as they were when they were read. */
  public List<ReadCommit> commitsRead() {
    return standingIfStarted()
        .map(standing -> standing.last().record().commits())
        .orElse(List.of());
  }

  /** The same without a commit that says which table it is. */
  public void start(Cursor cursor) {
    start(cursor, Anchor.NONE);
  }

  /**
   * Records where the first slice starts. Only for a ledger without a {@link #cursor()}.
   *
   * @param anchor the last commit before it, or that of the snapshot
   */
  public void start(Cursor cursor, Anchor anchor) {
    long now = time.millis();
    store.write("beginning_" + Nonce.next(), new Contents.Beginning(cursor, now));
    store.write(
        Names.doneFile(0),
        new Contents.Done(
            cursor,
            OutcomeTotals.NONE,
            0,
            SliceLimits.FIRST_ROWS,
            0,
            0,
            0,
            0,
            0,
            Contents.Restart.first(cursor, now),
            RecentRejects.NONE,
            anchor,
            List.of(),
            now));
  }

  /** The same for whoever owns the ledger, without a commit that says which table it is. */
  void restart(Cursor cursor, boolean compared, OutcomeTotals totals) {
    restart(view().newestGeneration().orElse(""), cursor, compared, totals, Anchor.NONE);
  }

  /**
   * Goes on elsewhere. No worker may be able to write for what is in flight any more. The owner is
   * asked for before the record is written and after: whoever has slept until another took over
   * must not move the cursor back, nor delete claims that are waited for.
   *
   * @param generation the owner's
   * @param compared whether the collection has been made equal to the table
   * @param totals what that took
   * @param anchor the last commit before {@code cursor}, or that of the snapshot
   * @throws FreshetException {@link FailureCategory#LEDGER_IN_USE} if another has taken the ledger
   */
  void restart(
      String generation, Cursor cursor, boolean compared, OutcomeTotals totals, Anchor anchor) {
    Standing standing = standing();
    requireOwner(standing.view(), generation);
    LastDone last = standing.last();
    Contents.Done before = last.record();
    long now = time.millis();
    // Not the next number: one who slept while this was decided may still record that as done.
    long slice = last.slice() + 2;
    String file = Names.doneFile(slice);
    store.write(
        file,
        new Contents.Done(
            cursor,
            before.totals().plus(totals),
            before.repeated(),
            before.rowLimit(),
            0,
            0,
            0,
            0,
            before.newestCommitMillis(),
            new Contents.Restart(
                cursor,
                compared,
                before.position().version(),
                before.restart().count() + 1,
                now,
                slice),
            before.rejects(),
            anchor,
            List.of(),
            now));
    // Whoever is killed in between has done enough: see LastDone.firstSlice().
    LedgerView view = view();
    try {
      requireOwner(view, generation);
    } catch (FreshetException e) {
      store.delete(List.of(file));
      throw e;
    }
    List<String> old = new ArrayList<>();
    view.claims().stream()
        .filter(claim -> claim.name().attempt().plan().slice() < slice)
        .forEach(claim -> old.addAll(claim.files()));
    view.attempts().stream()
        .filter(attempt -> attempt.plan().slice() < slice)
        .forEach(attempt -> old.add(attempt.file()));
    store.delete(old);
  }

  /** The last time that the pipeline could not go on where it stood, and started again. */
  public Optional<LedgerRestart> lastRestart() {
    return standingIfStarted()
        .map(standing -> standing.last().record().restart())
        .filter(restart -> restart.count() > 0)
        .map(
            restart ->
                new LedgerRestart(
                    restart.beginning(),
                    restart.compared(),
                    restart.from(),
                    restart.count(),
                    Instant.ofEpochMilli(restart.at())));
  }

  /**
   * Records that the collection that bears {@code mark} was made for this ledger, and what is in it
   * is where the cursor says: all of it is the pipeline's. Earlier ones count no more.
   *
   * @param mark ten hexadecimal digits that no other collection bears
   */
  public void recordCollectionMade(String mark) {
    String file = "made_" + mark;
    List<String> known = view().made();
    if (!known.contains(file)) {
      store.write(file, new Contents.Made(time.millis(), true));
    }
    store.delete(known.stream().filter(other -> !other.equals(file)).toList());
  }

  /**
   * Whether the collection is known to be the last that was made for this ledger.
   *
   * @param mark what the collection bears; empty if an older version of Freshet has made it, or
   *     somebody else has
   */
  public boolean isCollectionMade(Optional<String> mark) {
    List<String> known = view().made();
    return mark.map(own -> known.equals(List.of("made_" + own)))
        .orElseGet(() -> !known.isEmpty() && known.stream().noneMatch(this::isOfMarked));
  }

  private boolean isOfMarked(String file) {
    return store.read(file, Contents.Made.class).map(Contents.Made::marked).orElse(true);
  }

  /**
   * What the collection's vectors are made by; empty before the first start, and for a ledger of an
   * older version of Freshet until the first start of this one.
   */
  public Optional<VectorOrigin> vectorOrigin() {
    return view().vectors().stream()
        .flatMap(file -> store.read(file, Contents.Vectors.class).stream())
        .max(Comparator.comparingLong(Contents.Vectors::at))
        .map(Contents.Vectors::origin);
  }

  /**
   * Throws if the collection's vectors are made by something else.
   *
   * @throws FreshetException {@link FailureCategory#LEDGER_MISMATCH}, naming both
   */
  public void requireVectorOrigin(VectorOrigin wanted) {
    Optional<VectorOrigin> known = vectorOrigin();
    if (known.isPresent() && !known.get().fits(wanted)) {
      throw new FreshetException(
          FailureCategory.LEDGER_MISMATCH,
          "The vectors that the ledger "
              + this
              + " has written were made by '"
              + known.get().text()
              + "', and the options say '"
              + wanted.text()
              + "': two kinds of vectors in one collection find nothing. Set the options as they"
              + " were; or write all vectors anew, with a new --ledger, another --collection and"
              + " --startingVersion=snapshot");
    }
  }

  /**
   * Whether nothing is known to have been written: neither by what is done nor by the slice in
   * flight. What a killed worker has not recorded may be there all the same.
   */
  public boolean hasWrittenNothing() {
    return status().totalsWithInFlight().written() == 0;
  }

  /** Records what the collection's vectors are made by. Earlier records count no more. */
  public void recordVectorOrigin(VectorOrigin origin) {
    List<String> known = view().vectors();
    if (!vectorOrigin().equals(Optional.of(origin))) {
      store.write("vectors_" + Nonce.next(), new Contents.Vectors(origin, time.millis()));
      store.delete(known);
    }
  }

  /** Where the first slice started, at the start or the last restart; empty before the start. */
  public Optional<Cursor> beginning() {
    return standingIfStarted()
        .map(standing -> standing.last().record().restart())
        .filter(Contents.Restart::isKnown)
        .map(Contents.Restart::beginning)
        .or(this::firstBeginning);
  }

  /**
   * That of a ledger whose records do not say it: a start that was cut off may have left others.
   */
  private Optional<Cursor> firstBeginning() {
    return view().beginnings().stream()
        .flatMap(file -> store.read(file, Contents.Beginning.class).stream())
        .max(Comparator.comparingLong(Contents.Beginning::at))
        .map(Contents.Beginning::cursor);
  }

  /**
   * The position before which everything may have been written, and after which nothing has: the
   * cursor, or the end of what has been emitted or read beyond it. Empty before the first start.
   */
  public Optional<Position> reach() {
    return standingIfStarted()
        .map(
            standing -> {
              Position cursor = standing.last().record().position();
              long firstSlice = standing.last().firstSlice();
              Stream<Position> emitted =
                  standing.view().attempts().stream()
                      .filter(attempt -> attempt.plan().slice() >= firstSlice)
                      .flatMap(
                          attempt -> store.read(attempt.file(), Contents.Attempt.class).stream())
                      .map(attempt -> attempt.slice().to());
              Stream<Position> read =
                  Folding.furthest(store, standing.view(), firstSlice).stream()
                      .map(Folding.Reach::end);
              return Stream.concat(emitted, read).reduce(cursor, Ledger::later);
            });
  }

  private static Position later(Position a, Position b) {
    return a.compareTo(b) >= 0 ? a : b;
  }

  /** What hands out the slices of the owner's {@code generation}. */
  public SliceCoordinator coordinator(
      String generation, String fingerprint, SliceLimits limits, SlicePlanner planner) {
    return new SliceCoordinator(this, generation, fingerprint, limits, planner, time);
  }

  /** What workers claim slices with. */
  public SliceClaims claims() {
    return new SliceClaims(this, time);
  }

  /** What workers record outcomes with. */
  public OutcomeRecorder outcomes() {
    return new OutcomeRecorder(this);
  }

  /** What is kept of the table, to start from. */
  public KeptTables keptTables() {
    return new KeptTables(this);
  }

  /**
   * How many files this JVM has written. Whoever waits for news of the ledger need not wait for its
   * next poll when this has grown.
   */
  public long writes() {
    return store.writes();
  }

  /** Where the pipeline stands. */
  public LedgerStatus status() {
    return LedgerStatus.of(this, time.now());
  }

  LedgerView view() {
    long began = time.nanos();
    List<String> names = store.list();
    sightings.listed(began, Set.copyOf(names));
    return LedgerView.of(names);
  }

  /** What this process has seen of the ledger's files. */
  Sightings sightings() {
    return sightings;
  }

  Processes processes() {
    return processes;
  }

  LedgerStore store() {
    return store;
  }

  Time time() {
    return time;
  }

  /** A listing and the newest done record of it. */
  record Standing(LedgerView view, LastDone last) {}

  /** Where the pipeline stands, by a listing that is made now. */
  Standing standing() {
    return standingIfStarted().orElseThrow(this::withoutRecord);
  }

  /** Where the pipeline stands; empty before the start. */
  Optional<Standing> standingIfStarted() {
    LedgerView view = view();
    while (true) {
      Optional<LastDone> last = lastDone(view);
      if (last.isPresent()) {
        return Optional.of(new Standing(view, last.get()));
      }
      // Another process may have folded the record away, after one that came too late for the
      // listing.
      LedgerView again = view();
      if (again.done().equals(view.done())) {
        break;
      }
      view = again;
    }
    // A start that was torn off while its record was written is none.
    if (view.attempts().isEmpty() && view.done().headMap(0L, false).isEmpty()) {
      return Optional.empty();
    }
    throw withoutRecord();
  }

  private Optional<LastDone> lastDone(LedgerView view) {
    for (Map.Entry<Long, List<String>> slice : view.done().entrySet()) {
      Optional<Contents.Done> furthest =
          slice.getValue().stream()
              .flatMap(file -> store.read(file, Contents.Done.class).stream())
              .max(Comparator.comparing(Contents.Done::position));
      if (furthest.isPresent()) {
        return Optional.of(new LastDone(slice.getKey(), furthest.get()));
      }
    }
    return Optional.empty();
  }

  /** Says which records there are, and what is left of them: nobody should throw them away. */
  private FreshetException withoutRecord() {
    List<String> damaged = view().done().values().stream().flatMap(List::stream).toList();
    return new FreshetException(
        FailureCategory.LEDGER_MISMATCH,
        "The ledger "
            + this
            + " does not say how far it is: "
            + (damaged.isEmpty()
                ? "its records (*_done_*) are gone"
                : "its records are damaged (" + String.join(", ", damaged) + ")")
            + ". Restore them from a copy of the folder, and start again");
  }

  /**
   * Whether the owner's generation is that one, as seen from this JVM: a worker that sees another
   * folder under the same address, or none, sees another owner.
   */
  public boolean isOwnedBy(String generation) {
    return view().newestGeneration().map(generation::equals).orElse(false);
  }

  /**
   * Whether slices of that generation may be worked on: no later one has begun, and nothing has
   * halted it.
   */
  boolean isOwner(LedgerView view, String generation) {
    return view.newestGeneration().map(generation::equals).orElse(false)
        && halt(view, generation).isEmpty();
  }

  /** Throws if the ledger's owner is another generation. */
  void requireOwner(LedgerView view, String generation) {
    if (!view.newestGeneration().orElse("").equals(generation)) {
      throw new FreshetException(
          FailureCategory.LEDGER_IN_USE,
          "Another pipeline has taken the ledger "
              + this
              + ", since this one gave no sign of life for a while; this one ends");
    }
  }

  /** The first halt of a generation; one that is torn is none. */
  Optional<Contents.Halt> halt(LedgerView view, String generation) {
    return view.halts(generation).stream()
        .flatMap(file -> store.read(file, Contents.Halt.class).stream())
        .min(Comparator.comparingLong(Contents.Halt::at));
  }

  @Override
  public String toString() {
    return store.toString();
  }
}
