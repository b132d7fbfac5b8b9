package io.freshet.runners.conformance;

import io.freshet.testing.NamelessUser;
import io.freshet.uservectors.cli.Runner;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;

/** Another starter's command as a user who has no name. */
public record NamelessStarter(Starter starter) implements Starter {
  @Override
  public List<String> command() {
    return Stream.concat(NamelessUser.command().stream(), starter.command().stream()).toList();
  }

  @Override
  public Map<String, String> options() {
    return starter.options();
  }

  @Override
  public Runner runner() {
    return starter.runner();
  }

  /** Every command must do as such a user what it does for others; {@code plain} starts those. */
  public void expectAllCommandsToWork(Scenario scenario, Starter plain) {
    scenario.ask("events(table, commits=2, rows=20, users=10)");
    Starter commands = new NamelessStarter(plain);

    scenario.startWith(this, "--startingVersion=0", "--untilVersion=latest").expectExit(0);

    scenario.expectCollectionAsTable("");
    scenario.expectRowsCounted(40);
    scenario
        .startCommand(commands, List.of("status", "--ledger=" + scenario.ledger()))
        .awaitOutput("1 of 1")
        .expectExit(0);
    scenario
        .startCommand(commands, List.of("changes", "--table=" + scenario.table()))
        .awaitOutput("\"_commit_version\":1")
        .expectExit(0);
    scenario.startWithAll(this, "verify").expectExit(0);
  }
}
