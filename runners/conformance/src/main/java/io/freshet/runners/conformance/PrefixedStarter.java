package io.freshet.runners.conformance;

import io.freshet.testing.NamelessUser;
import io.freshet.uservectors.cli.Runner;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;

/**
 * Another starter's command, run by a command that sets something up for it.
 *
 * @param prefix the command and its arguments
 */
public record PrefixedStarter(List<String> prefix, Starter starter) implements Starter {
  /** As a user who has no name. */
  public static Starter nameless(Starter starter) {
    return new PrefixedStarter(NamelessUser.command(), starter);
  }

  @Override
  public List<String> command() {
    return Stream.concat(prefix.stream(), starter.command().stream()).toList();
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
