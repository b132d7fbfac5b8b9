package io.freshet.milvus;

import static io.freshet.milvus.LossConfirmation.Finding.GONE;
import static io.freshet.milvus.LossConfirmation.Finding.OTHER;
import static io.freshet.milvus.LossConfirmation.Finding.OWN;
import static io.freshet.milvus.LossConfirmation.Finding.THERE;
import static io.freshet.milvus.LossConfirmation.Finding.UNANSWERED;
import static io.freshet.milvus.LossConfirmation.State.CONFIRMED;
import static io.freshet.milvus.LossConfirmation.State.CONTRADICTED;
import static io.freshet.milvus.LossConfirmation.State.OPEN;
import static org.junit.jupiter.api.Assertions.assertEquals;

import io.freshet.milvus.LossConfirmation.Finding;
import io.freshet.milvus.LossConfirmation.State;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;

final class LossConfirmationTest {
  private final LossConfirmation confirmation = new LossConfirmation();

  @Test
  void allAnswersMustSaySoForTheWholeSpan() {
    assertEquals(OPEN, add(0, GONE, GONE, GONE));
    assertEquals(OPEN, add(3_000, GONE, GONE, GONE));
    assertEquals(OPEN, add(6_000, GONE, GONE, GONE));
    assertEquals(OPEN, add(9_999, GONE, GONE, GONE));
    assertEquals(CONFIRMED, add(10_000, GONE, GONE, GONE));
  }

  @Test
  void answersOfTwoMomentsAreTooFew() {
    for (int thread = 0; thread < 9; thread++) {
      assertEquals(OPEN, add(thread, GONE, GONE));
    }
    for (int thread = 0; thread < 9; thread++) {
      assertEquals(OPEN, add(15_000 + thread, GONE, GONE));
    }
  }

  @Test
  void oneContraryAnswerAmongThoseOfARoundStartsAnew() {
    for (Finding contrary : List.of(OWN, THERE, OTHER, UNANSWERED)) {
      add(0, GONE);
      add(4_000, GONE);
      add(8_000, GONE);
      assertEquals(CONTRADICTED, add(9_000, GONE, contrary, GONE));
      assertEquals(OPEN, add(10_000, GONE));
      assertEquals(OPEN, add(13_000, GONE));
      assertEquals(OPEN, add(16_000, GONE));
      assertEquals(OPEN, add(19_000, GONE));
      assertEquals(CONFIRMED, add(20_000, GONE));
    }
  }

  @Test
  void whatWasSaidBeforeALongSilenceCountsNoMore() {
    add(0, GONE);
    add(4_000, GONE);
    add(8_000, GONE);
    assertEquals(OPEN, add(60_000, GONE));
    assertEquals(OPEN, add(64_000, GONE));
  }

  @Test
  void whatWasReadOrWrittenContradicts() {
    add(0, GONE);
    add(4_000, GONE);
    add(8_000, GONE);
    confirmation.contradict();
    assertEquals(OPEN, add(10_000, GONE));
  }

  @Test
  void thatItIsGoneIsNoWitnessOfAnother() {
    add(0, GONE);
    add(4_000, GONE);
    add(8_000, GONE);
    assertEquals(OPEN, another(9_000, OTHER, THERE));
    assertEquals(OPEN, another(12_000, OTHER, THERE));
    assertEquals(OPEN, another(15_000, OTHER, THERE));
    assertEquals(CONFIRMED, another(19_000, OTHER, THERE));
    assertEquals(CONTRADICTED, another(20_000, OTHER, OWN));
    assertEquals(CONTRADICTED, another(21_000, THERE, THERE), "nobody says that it is another");
  }

  private State add(long millis, Finding... round) {
    return confirmation.add(GONE, List.of(round), Duration.ofMillis(millis).toNanos());
  }

  private State another(long millis, Finding... round) {
    return confirmation.add(OTHER, List.of(round), Duration.ofMillis(millis).toNanos());
  }
}
