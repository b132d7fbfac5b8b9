package io.freshet.runners.direct;

import io.freshet.runners.conformance.Bench;
import io.freshet.runners.conformance.PrefixedStarter;
import io.freshet.runners.conformance.Scenario;
import io.freshet.runners.conformance.Starter;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** A user without an entry in {@code /etc/passwd}. */
final class NamelessUserIT {
  @RegisterExtension static final Bench BENCH = new Bench(new DirectStarter());

  @Test
  void everyCommandWorksForAUserWithoutAName() {
    Starter nameless = PrefixedStarter.nameless(new DirectStarter());
    Scenario scenario = BENCH.scenario();
    scenario.ask("events(table, commits=2, rows=20, users=10)");

    scenario.startWith(nameless, "--startingVersion=0", "--untilVersion=latest").expectExit(0);

    scenario.expectCollectionAsTable("");
    scenario.expectRowsCounted(40);
    scenario
        .startCommand(nameless, List.of("status", "--ledger=" + scenario.ledger()))
        .awaitOutput("1 of 1")
        .expectExit(0);
    scenario
        .startCommand(nameless, List.of("changes", "--table=" + scenario.table()))
        .awaitOutput("\"_commit_version\":1")
        .expectExit(0);
    scenario.startWithAll(nameless, "verify").expectExit(0);
  }
}
