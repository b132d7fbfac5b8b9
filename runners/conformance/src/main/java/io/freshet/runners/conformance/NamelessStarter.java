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
}
