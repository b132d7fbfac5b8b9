package io.freshet.ledger;

import io.freshet.ledger.Names.AttemptName;
import io.freshet.ledger.Names.ClaimName;
import io.freshet.ledger.Names.PlanName;
import io.freshet.ledger.Names.TableName;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.List;
import java.util.NavigableMap;
import java.util.NavigableSet;
import java.util.Optional;
import java.util.TreeMap;
import java.util.TreeSet;

/** One listing of the ledger, sorted by what the names say. Immutable. */
final class LedgerView {
  /** A claim and its files. */
  static final class ClaimFiles {
    private final ClaimName name;
    private Optional<String> claimFile = Optional.empty();
    private long leaseEnd;
    private boolean ended;
    private Optional<String> manifest = Optional.empty();
    private final List<String> outcomes = new ArrayList<>();
    private final TreeSet<String> all = new TreeSet<>();

    private ClaimFiles(ClaimName name) {
      this.name = name;
    }

    ClaimName name() {
      return name;
    }

    /**
     * Absent if only later files of the claim are left, or it was written while the ledger was
     * listed: then its worker lists after whoever lists here, and sees what that one has emitted.
     */
    Optional<String> claimFile() {
      return claimFile;
    }

    /** End of the lease in milliseconds since 1970. */
    long leaseEnd() {
      return leaseEnd;
    }

    /** Whether the worker has given up before it emitted anything. */
    boolean ended() {
      return ended;
    }

    /** The manifest, once everything is read. */
    Optional<String> manifest() {
      return manifest;
    }

    /** The outcome files. */
    List<String> outcomes() {
      return outcomes;
    }

    /**
     * All files of the claim, in the order in which they are to be deleted: the claim itself first,
     * so that where it is, nothing of it has been deleted yet.
     */
    List<String> files() {
      return List.copyOf(all);
    }
  }

  private final TreeSet<String> generations = new TreeSet<>();
  private final NavigableMap<String, TreeSet<String>> heartbeats = new TreeMap<>();
  private final TreeSet<String> stopped = new TreeSet<>();
  private final NavigableMap<String, TreeSet<String>> halts = new TreeMap<>();
  private final TreeSet<String> identities = new TreeSet<>();
  private final TreeSet<String> collections = new TreeSet<>();
  private final TreeSet<String> beginnings = new TreeSet<>();
  private final TreeSet<String> made = new TreeSet<>();
  private final TreeSet<String> vectors = new TreeSet<>();
  private final TreeSet<TableName> tables = new TreeSet<>();
  private final NavigableMap<Long, List<String>> done = new TreeMap<>();
  private final TreeSet<AttemptName> attempts = new TreeSet<>();
  private final NavigableMap<String, ClaimFiles> claims = new TreeMap<>();

  private int size;

  private LedgerView() {}

  /** Sorts a listing. Files with other names are not the ledger's and are left alone. */
  static LedgerView of(Collection<String> names) {
    LedgerView view = new LedgerView();
    names.forEach(view::add);
    return view;
  }

  private void add(String name) {
    if (!Names.isLedgerFile(name)) {
      return;
    }
    size++;
    if (Names.isSliceFile(name)) {
      addSliceFile(name, List.of(name.split("_", -1)));
      return;
    }
    String[] parts = name.split("_", -1);
    switch (parts[0]) {
      case "generation" -> generations.add(parts[1]);
      case "heartbeat" -> heartbeats.computeIfAbsent(parts[1], g -> new TreeSet<>()).add(name);
      case "stop" -> stopped.add(parts[1]);
      case "halt" -> halts.computeIfAbsent(parts[1], g -> new TreeSet<>()).add(name);
      case "identity" -> identities.add(name);
      case "collection" -> collections.add(name);
      case "beginning" -> beginnings.add(name);
      case "made" -> made.add(name);
      case "vectors" -> vectors.add(name);
      case "table" -> tables.add(TableName.parse(name));
      default -> {
        // A kind of a later version.
      }
    }
  }

  private void addSliceFile(String name, List<String> fields) {
    long slice = Long.parseLong(fields.get(0));
    if (fields.get(1).equals("done")) {
      done.computeIfAbsent(slice, s -> new ArrayList<>()).add(name);
      return;
    }
    AttemptName attempt = new AttemptName(new PlanName(slice, fields.get(1)), fields.get(2));
    if (fields.get(3).equals("attempt")) {
      attempts.add(attempt);
      return;
    }
    ClaimName claimName = new ClaimName(attempt, fields.get(3));
    ClaimFiles claim = claims.computeIfAbsent(claimName.text(), c -> new ClaimFiles(claimName));
    claim.all.add(name);
    switch (fields.get(4)) {
      case "claim" -> {
        claim.claimFile = Optional.of(name);
        claim.leaseEnd = Long.parseLong(fields.get(5));
      }
      case "manifest" -> claim.manifest = Optional.of(name);
      case "outcomes" -> claim.outcomes.add(name);
      case "ended" -> claim.ended = true;
      default -> {
        // A kind of a later version.
      }
    }
  }

  /** The generation that owns the ledger. */
  Optional<String> newestGeneration() {
    return generations.isEmpty() ? Optional.empty() : Optional.of(generations.last());
  }

  /** The heartbeats of a generation, oldest first. */
  List<String> heartbeats(String generation) {
    return List.copyOf(heartbeats.getOrDefault(generation, new TreeSet<>()));
  }

  boolean isStopped(String generation) {
    return stopped.contains(generation);
  }

  /** The halts of a generation. */
  List<String> halts(String generation) {
    return List.copyOf(halts.getOrDefault(generation, new TreeSet<>()));
  }

  /** The identities: one, unless several were written at once or one is torn. */
  List<String> identities() {
    return List.copyOf(identities);
  }

  /** The collection's identities, likewise. */
  List<String> collections() {
    return List.copyOf(collections);
  }

  /** The beginnings: one, unless a start was torn off. */
  List<String> beginnings() {
    return List.copyOf(beginnings);
  }

  /** The notes that the collection was made for this ledger. */
  List<String> made() {
    return List.copyOf(made);
  }

  /** The notes of what the collection's vectors are made by. */
  List<String> vectors() {
    return List.copyOf(vectors);
  }

  /** What is kept of the table, in the order of its versions. */
  NavigableSet<TableName> tables() {
    return tables;
  }

  /** The ledger's files. */
  int size() {
    return size;
  }

  /** The numbers of the done slices, newest first, with their files. */
  NavigableMap<Long, List<String>> done() {
    return done.descendingMap();
  }

  /** The attempts at a slice, newest first. */
  List<AttemptName> attemptsAt(long slice) {
    return attempts.descendingSet().stream().filter(a -> a.plan().slice() == slice).toList();
  }

  /** The newest attempt at a slice, in the order of all attempts. */
  Optional<AttemptName> newestAttempt(long slice) {
    return attempts.stream().filter(a -> a.plan().slice() == slice).max(Comparator.naturalOrder());
  }

  /**
   * Whether an attempt at a later slice, at a later plan, or a later attempt at the same plan was
   * emitted.
   */
  boolean hasLaterThan(AttemptName attempt) {
    return attempts.higher(attempt) != null;
  }

  /** Whether that attempt is there. */
  boolean has(AttemptName attempt) {
    return attempts.contains(attempt);
  }

  /** All attempts in order. */
  List<AttemptName> attempts() {
    return List.copyOf(attempts);
  }

  /** All claims. */
  Collection<ClaimFiles> claims() {
    return claims.values();
  }

  /** The claims of a plan. */
  List<ClaimFiles> claimsOf(PlanName plan) {
    return claims.values().stream().filter(c -> c.name().attempt().plan().equals(plan)).toList();
  }

  /** The claims of an attempt. */
  List<ClaimFiles> claimsOf(AttemptName attempt) {
    return claims.values().stream().filter(c -> c.name().attempt().equals(attempt)).toList();
  }

  /** Files of generations before {@code generation}. */
  List<String> filesOfGenerationsBefore(String generation) {
    List<String> files = new ArrayList<>();
    generations.headSet(generation).forEach(g -> files.add("generation_" + g));
    heartbeats.headMap(generation).values().forEach(files::addAll);
    stopped.headSet(generation).forEach(g -> files.add("stop_" + g));
    halts.headMap(generation).values().forEach(files::addAll);
    return files;
  }
}
