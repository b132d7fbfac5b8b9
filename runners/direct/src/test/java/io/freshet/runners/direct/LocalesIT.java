package io.freshet.runners.direct;

import io.freshet.runners.conformance.Bench;
import io.freshet.runners.conformance.Installation;
import io.freshet.runners.conformance.PrefixedStarter;
import io.freshet.runners.conformance.Scenario;
import io.freshet.runners.conformance.Starter;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** Letters beyond ASCII in a template, keys and partitions, where the locale has none. */
final class LocalesIT {
  private static final String TEMPLATE = "{user_id} zażółć {event_type} 🛒";

  @RegisterExtension static final Bench BENCH = new Bench(new DirectStarter());

  /** Another starter's command in the locale {@code C}, at the other end of the day. */
  private static Starter inC(Starter starter) {
    return new PrefixedStarter(
        List.of("env", "-u", "LC_ALL", "LANG=C", "LC_CTYPE=C", "TZ=Pacific/Kiritimati"), starter);
  }

  @Test
  void theResultIsTheSameInEveryLocaleOrAsksForAnotherOne() {
    Scenario scenario = BENCH.scenario();
    scenario.ask(
        """
        rows = [event(n, f"ż{n % 7}") | {"event_type": ["kupił", "obejrzał"][n % 2]} for n in range(40)]
        append(table, rows[:30], partition_by=["event_type"])
        append(table, rows[30:])
        """);
    String[] options = {
      "--startingVersion=0", "--untilVersion=latest", "--textTemplate=" + TEMPLATE
    };
    // What Java alone is given there, no program can mend.
    Starter java = inC(new DirectStarter());
    scenario.startWith(java, options).expectError("option", "--textTemplate", "LC_ALL=C.UTF-8");
    scenario
        .startWith(java, options[0], options[1], "--textTemplate={item_id}")
        .expectError("option", scenario.table().toString(), "LC_ALL=C.UTF-8");

    // A language with digits of its own, in which libraries would write them into file names.
    Installation launcher =
        new Installation(
            Installation.PROJECT,
            List.of("-Duser.language=ar", "-Duser.country=EG"),
            Map.of(),
            new DirectLauncher());
    scenario.startWith(inC(launcher), options[0], "--untilVersion=0", options[2]).expectExit(0);
    scenario.start(options).expectExit(0);

    scenario.expectCollectionAsTable("template='" + TEMPLATE + "'");
    scenario.expectRowsCounted(40);
  }
}
