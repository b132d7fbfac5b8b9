package io.freshet.ledger;

import io.freshet.changes.Position;
import io.freshet.ledger.LedgerView.ClaimFiles;
import io.freshet.ledger.Names.AttemptName;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.Predicate;

/**
 * Deletes what nobody needs any more. A claim goes only when it writes no more, and an attempt only
 * with its claims: a late worker that finds it gone drops it. The manifest that reaches furthest
 * stays until the cursor is there, see {@link SliceCoordinator}.
 */
final class Folding {
  private final LedgerStore store;
  private final ClaimEnds ends;

  Folding(LedgerStore store, ClaimEnds ends) {
    this.store = store;
    this.ends = ends;
  }

  /** A manifest and the file that it is in. */
  record Reach(String file, Position end) {}

  /**
   * The manifest that reaches furthest, the first of several. All who delete agree on it, unless
   * one knows of a better one.
   *
   * @param firstSlice see {@link LastDone#firstSlice()}
   */
  static Optional<Reach> furthest(LedgerStore store, LedgerView view, long firstSlice) {
    return view.claims().stream()
        .filter(claim -> claim.name().attempt().plan().slice() >= firstSlice)
        .flatMap(claim -> claim.manifest().stream())
        .flatMap(
            file ->
                store.read(file, Contents.Manifest.class).stream()
                    .map(manifest -> new Reach(file, manifest.end())))
        .max(
            Comparator.comparing(Reach::end).thenComparing(Reach::file, Comparator.reverseOrder()));
  }

  /**
   * Deletes the files of done slices. The record before the last stays: a listing during which the
   * last was written may lack that.
   */
  void foldDone(LedgerView view, LastDone last) {
    List<String> files = new ArrayList<>();
    view.done().tailMap(last.slice() - 1, false).values().forEach(files::addAll);
    Position cursor = last.record().position();
    Optional<String> kept =
        furthest(store, view, last.firstSlice())
            .filter(reach -> reach.end().compareTo(cursor) > 0)
            .map(Reach::file);
    addAttempts(
        view, attempt -> attempt.plan().slice() <= last.slice(), claim -> true, kept, files);
    store.delete(files);
    ends.retain(view);
  }

  /**
   * Deletes attempts before {@code newest} at its slice that brought nothing to its plan: an outage
   * makes attempts end and start again for hours.
   */
  void forgetFruitless(LedgerView view, AttemptName newest, long firstSlice) {
    List<String> files = new ArrayList<>();
    addAttempts(
        view,
        attempt -> attempt.compareTo(newest) < 0 && attempt.plan().slice() == newest.plan().slice(),
        claim ->
            !claim.name().attempt().plan().equals(newest.plan())
                || !ClaimState.of(store, claim).progress(),
        furthest(store, view, firstSlice).map(Reach::file),
        files);
    store.delete(files);
    ends.retain(view);
  }

  private void addAttempts(
      LedgerView view,
      Predicate<AttemptName> attempts,
      Predicate<ClaimFiles> isFruitless,
      Optional<String> kept,
      List<String> files) {
    // Asked once: of a claim that is over a moment later the attempt would go, and it would stay.
    Set<ClaimFiles> over = new HashSet<>();
    // Claims whose attempt is gone already leave late files behind.
    for (ClaimFiles claim : view.claims()) {
      AttemptName attempt = claim.name().attempt();
      if (attempts.test(attempt) && isFruitless.test(claim) && ends.isOver(claim)) {
        over.add(claim);
        claim.files().stream().filter(file -> !kept.equals(Optional.of(file))).forEach(files::add);
      }
    }
    for (AttemptName attempt : view.attempts()) {
      if (attempts.test(attempt) && over.containsAll(view.claimsOf(attempt))) {
        files.add(attempt.file());
      }
    }
  }
}
