package io.freshet.changes;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.freshet.testing.ReadmeExample;
import java.util.List;
import org.junit.jupiter.api.Test;

class ReadmeTest {
  @Test
  void theExampleOfTheReadmeIsThisTest() {
    ReadmeExample.isTestedBy(ReadmeTest.class);
  }

  @Test
  void theExampleRuns() {
    Change change = CodersTest.changes().get(1);

    Lease lease = change.lease();
    Outcome outcome =
        lease.isOver(Time.SYSTEM)
            ? new Outcome.Abandoned(
                lease, List.of(change.number()), FailureCategory.LEASE_OVER, "too late to write it")
            : new Outcome.Written(lease, List.of(change.number()));

    assertEquals(List.of(70_000), outcome.numbers());
  }
}
