package io.freshet.runners.direct;

import io.freshet.runners.conformance.Bench;
import io.freshet.runners.conformance.NamelessStarter;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** A user without an entry in {@code /etc/passwd}. */
final class NamelessUserIT {
  @RegisterExtension static final Bench BENCH = new Bench(new DirectStarter());

  @Test
  void everyCommandWorksForAUserWithoutAName() {
    new NamelessStarter(new DirectStarter())
        .expectAllCommandsToWork(BENCH.scenario(), new DirectStarter());
  }
}
