package io.freshet.runners.conformance.simulation;

import java.util.List;

/** The safeguards, each taken out once. */
final class Mutants {
  private static final String CHANGES = "src/changes/src/main/java/io/freshet/changes/";
  private static final String LEDGER = "src/ledger/src/main/java/io/freshet/ledger/";
  private static final String MILVUS = "src/milvus/src/main/java/io/freshet/milvus/";

  static final List<Mutant> ALL =
      List.of(
          new Mutant(
              "the claim lists before it is written",
              LEDGER + "SliceClaims.java",
              "    store.write(\n        file,\n        new Contents.Claim(\n            ledger.processes().current(), time.millis(), length.toMillis(), writers));\n    Standing standing = ledger.standing();",
              "    Standing standing = ledger.standing();\n    store.write(\n        file,\n        new Contents.Claim(\n            ledger.processes().current(), time.millis(), length.toMillis(), writers));",
              2000000866L),
          new Mutant(
              "a claim asks neither for later attempts nor whether its slice is done",
              LEDGER + "SliceClaims.java",
              "standing.last().slice() >= name.plan().slice()\n        || view.hasLaterThan(name)\n        || !view.has(name)\n        || ",
              "",
              2000000342L),
          new Mutant(
              "an attempt that is claimed is claimed again",
              LEDGER + "SliceClaims.java",
              "return !ends.isLeaseOver(claim)",
              "return false",
              2000000011L),
          new Mutant(
              "a slice that does not fit is cut for ever",
              LEDGER + "SliceCoordinator.java",
              "rows >= content.rowLimit() || mayBeWrittenTo(view, content.slice().to())",
              "false",
              24000000047L),
          new Mutant(
              "an attempt waits for no claim of another plan",
              LEDGER + "SliceCoordinator.java",
              ".equals(attempt.plan()) && !ends.isOver(claim)",
              ".equals(attempt.plan()) && false",
              5000000010L),
          new Mutant(
              "an attempt is handed out although there is a later one",
              LEDGER + "SliceCoordinator.java",
              "view.hasLaterThan(attempt) || !ledger",
              "!ledger",
              2000000619L),
          new Mutant(
              "an attempt that nobody claims is waited for",
              LEDGER + "SliceCoordinator.java",
              "if (waited.compareTo(patience) < 0) {",
              "if (true) {",
              6000000011L),
          new Mutant(
              "no settling after a lease",
              LEDGER + "ClaimEnds.java",
              "content(claim).isEmpty() || isLeaseOverSince(settle, claim)",
              "content(claim).isEmpty() || isLeaseOverSince(Duration.ZERO, claim)",
              5000000231L),
          new Mutant(
              "no settling after giving up",
              LEDGER + "ClaimEnds.java",
              ".allMatch(file -> isSettled(sightings.age(file.getKey(), file.getValue())))",
              ".allMatch(file -> true)",
              5000000026L),
          new Mutant(
              "leases are not waited for",
              LEDGER + "ClaimEnds.java",
              ".compareTo(length.plus(since))",
              ".compareTo(since)",
              7000001279L),
          new Mutant(
              "time is told by wall clocks that are set back",
              LEDGER + "Sightings.java",
              "if (byClock.compareTo(least) < 0) {",
              "if (false) {",
              7000000004L),
          new Mutant(
              "a claim has ended with its first outcomes",
              LEDGER + "ClaimState.java",
              "reported.cardinality() >= manifest.emitted()",
              "reported.cardinality() > 0",
              22000000242L),
          new Mutant(
              "a slice is done with its first outcomes",
              LEDGER + "PlanOutcomes.java",
              "settled().cardinality() >= m.changes()",
              "settled().cardinality() > 0",
              7000000001L),
          new Mutant(
              "claims are deleted that may still write",
              LEDGER + "Folding.java",
              "      if (attempts.test(attempt) && isFruitless.test(claim) && ends.isOver(claim)) {",
              "      if (attempts.test(attempt) && isFruitless.test(claim)) {",
              5000000019L),
          new Mutant(
              "a restart takes the next number",
              LEDGER + "Ledger.java",
              "last.slice() + 2",
              "last.slice() + 1",
              42L),
          new Mutant(
              "an owner is not watched",
              LEDGER + "Ownership.java",
              "silent = refuseIfAlive(ledger, beat, silence);\n      view = ledger.view();",
              "view = ledger.view();\n      silent = lastHeartbeat(view);",
              3000000002L),
          new Mutant(
              "a folder that cannot be listed is empty",
              LEDGER + "LedgerStore.java",
              "throw unavailable(\"Cannot list the ledger \" + folder, e);",
              "return List.of();",
              6000000014L),
          new Mutant(
              "an error of the file system is no exception",
              LEDGER + "LedgerStore.java",
              "    } catch (IOException | RuntimeException | FSError e) {\n      if (created) {",
              "    } catch (IOException | RuntimeException e) {\n      if (created) {",
              6000000005L),
          new Mutant(
              "an error while listing is no exception",
              LEDGER + "LedgerStore.java",
              "    } catch (IOException | RuntimeException | FSError e) {\n      throw unavailable(\"Cannot list the ledger \" + folder, e);",
              "    } catch (IOException | RuntimeException e) {\n      throw unavailable(\"Cannot list the ledger \" + folder, e);",
              6000000032L),
          new Mutant(
              "a torn attempt stands in the way",
              LEDGER + "SliceCoordinator.java",
              "if (store.read(attempt.file(), Contents.Attempt.class).isPresent()) {",
              "if (!attempt.file().isEmpty()) {",
              6000000026L),
          new Mutant(
              "a lease that is over is not asked for",
              MILVUS + "Sender.java",
              "if (left.isZero()) {\n        return end;",
              "if (false) {\n        return end;",
              7000000001L),
          new Mutant(
              "the collection is not looked at after writing",
              MILVUS + "BatchWriter.java",
              "if (outcomes.claimAnything()) {",
              "if (false) {",
              5000000003L),
          new Mutant(
              "the collection's id does not matter",
              MILVUS + "CollectionCheck.java",
              "return described.getCollectionID() == target.collectionId();",
              "return true;",
              5000000012L),
          new Mutant(
              "the collection's mark does not matter",
              MILVUS + "CollectionCheck.java",
              "return LedgerMark.of(described).equals(Optional.of(target.ledgerId()));",
              "return true;",
              5000000009L),
          new Mutant(
              "a claim asks not whose the ledger is",
              LEDGER + "SliceClaims.java",
              "\n        || !ledger.isOwner(view, name.generation())",
              "",
              1000005079L),
          new Mutant(
              "outcomes count under other options",
              LEDGER + "SliceCoordinator.java",
              "!content.get().fingerprint().equals(fingerprint)",
              "false",
              3361L),
          new Mutant(
              "a slice that may have been written is cut shorter",
              LEDGER + "SliceCoordinator.java",
              "if (mayBeWrittenTo(view, content.slice().to())) {",
              "if (false) {",
              12000000001L),
          new Mutant(
              "no settling after a process is gone",
              LEDGER + "ClaimEnds.java",
              "return isSettled(time.since(seenGone.computeIfAbsent(claim.name().text(), name -> now)));",
              "return true;",
              9000000002L),
          new Mutant(
              "a claim ends with its claimer, whoever writes",
              LEDGER + "ClaimEnds.java",
              "writers(claim) == Writers.THIS_PROCESS && isGone(claim)",
              "isGone(claim)",
              10000000127L),
          new Mutant(
              "time is told by wall clocks that are set forth",
              LEDGER + "Sightings.java",
              "return byClock.compareTo(most) < 0 ? byClock : most;",
              "return Duration.ofMillis(time.millis() - at);",
              18000000003L),
          new Mutant(
              "the furthest manifest is deleted",
              LEDGER + "Folding.java",
              ".filter(file -> !kept.equals(Optional.of(file)))",
              "",
              11000000010L),
          new Mutant(
              "the nearest of several records counts",
              LEDGER + "Ledger.java",
              ".max(Comparator.comparing(Contents.Done::position))",
              ".min(Comparator.comparing(Contents.Done::position))",
              8000042266L),
          new Mutant(
              "a listing that has no record is not made again",
              LEDGER + "Ledger.java",
              "if (again.done().equals(view.done())) {",
              "if (true) {",
              13000000648L),
          new Mutant(
              "a bundle that runs again sends all",
              LEDGER + "OutcomeRecorder.java",
              "numbers.stream().filter(number -> !reported.get(number)).toList();",
              "numbers;",
              14000000028L),
          new Mutant(
              "a bundle asks but once whether its claim is there",
              LEDGER + "OutcomeRecorder.java",
              "return left.isEmpty() || claim(lease).isPresent() ? left : List.of();",
              "return left;",
              14000001558L),
          new Mutant(
              "a bundle of a claim that is gone is sent",
              LEDGER + "OutcomeRecorder.java",
              "return List.of(); // It ended, and was folded away.",
              "return numbers;",
              14000000003L),
          new Mutant(
              "a file that cannot be read is none",
              LEDGER + "LedgerStore.java",
              "    } catch (IOException | RuntimeException | FSError e) {\n      throw unreadable(name, e);",
              "    } catch (IOException | RuntimeException | FSError e) {\n      return Optional.empty();",
              15000000001L),
          new Mutant(
              "what a restart left behind counts",
              LEDGER + "Folding.java",
              "        .filter(claim -> claim.name().attempt().plan().slice() >= firstSlice)\n",
              "",
              16000000061L),
          new Mutant(
              "refused twice is to blame, however soon",
              LEDGER + "Suspects.java",
              "return time.since(refused.get(number)).compareTo(apart) >= 0;",
              "return true;",
              21000000003L),
          new Mutant(
              "a clock that is set back lengthens a lease",
              CHANGES + "LeaseClock.java",
              "(before, now) -> before - now < 0 ? before : now",
              "(before, now) -> now",
              17000000010L),
          new Mutant(
              "a deadline begins with the sending",
              MILVUS + "Sender.java",
              "request.send(now.offset(limit.toNanos(), TimeUnit.NANOSECONDS));",
              "request.send(Deadline.after(limit.toNanos(), TimeUnit.NANOSECONDS, ticker));",
              19000000010L),
          new Mutant(
              "acknowledged rows are not counted",
              MILVUS + "MilvusCollection.java",
              "if (written < request.getNumRows()) {",
              "if (false) {",
              30L),
          new Mutant(
              "a refused row is to blame at once",
              MILVUS + "Verdicts.java",
              "      blame(suspected);\n      suspect(others);",
              "      blame(refusals);",
              21000000001L),
          new Mutant(
              "deletes are judged by an upsert",
              MILVUS + "ControlRow.java",
              "return fault.isPresent() ? fault : fault(deleted);",
              "return fault;",
              5000007828L),
          new Mutant(
              "rows are judged without a good one before",
              MILVUS + "BatchRequests.java",
              "    Optional<Sent.Abandoned> fault = control.get();\n    for",
              "    Optional<Sent.Abandoned> fault = Optional.empty();\n    for",
              22000000066L),
          new Mutant(
              "rows are judged without a good one after",
              MILVUS + "BatchRequests.java",
              "fault = control.get();\n          fault",
              "fault = Optional.empty();\n          fault",
              22000001872L),
          new Mutant(
              "a torn claim is waited for",
              LEDGER + "ClaimEnds.java",
              "content(claim).isEmpty() || isLeaseOverSince(settle, claim)",
              "claim.claimFile().isEmpty() || isLeaseOverSince(settle, claim)",
              20000000006L),
          new Mutant(
              "what was not answered is forgotten",
              MILVUS + "BatchWriter.java",
              "if (sender.takeUnanswered()) {",
              "if (false) {",
              5000000010L),
          new Mutant(
              "a restart does not wait until all is quiet",
              LEDGER + "Ownership.java",
              "while (!ledger.view().claims().stream().allMatch(ends::isOver)) {",
              "while (ledger.view() == null) {",
              23000000012L),
          new Mutant(
              "whoever mends the collection holds no claim",
              LEDGER + "Mending.java",
              "    ledger\n        .store()\n        .write(\n            file,\n            new Contents.Claim(\n                ledger.processes().current(),\n                ledger.time().millis(),\n                length.toMillis(),\n                Writers.THIS_PROCESS));\n",
              "",
              23000000007L),
          new Mutant(
              "whoever mends the collection asks not whose the ledger is",
              LEDGER + "Mending.java",
              "if (!ledger.isOwnedBy(generation)) {",
              "if (false) {",
              23000000104L),
          new Mutant(
              "an attempt is handed out by the listing before it",
              LEDGER + "SliceCoordinator.java",
              "    write(attempt.file(), content);\n    waiting = Optional.of(attempt);\n    LedgerView view = ledger.view();\n",
              "    LedgerView view = ledger.view();\n    write(attempt.file(), content);\n    waiting = Optional.of(attempt);\n",
              8000000066L),
          new Mutant(
              "a slice may end before what may be written",
              LEDGER + "SliceCoordinator.java",
              "reach.isPresent() && reach.get().compareTo(content.slice().to()) > 0",
              "false",
              8000000009L),
          new Mutant(
              "a slice may begin elsewhere than the last one ended",
              LEDGER + "SliceCoordinator.java",
              "if (!startsAt(content.get().slice(), cursor)) {",
              "if (false) {",
              8000001022L));

  private Mutants() {}

  static Mutant named(String name) {
    return ALL.stream()
        .filter(mutant -> mutant.name().equals(name))
        .findFirst()
        .orElseThrow(() -> new IllegalArgumentException("There is no mutant '" + name + "'"));
  }
}
