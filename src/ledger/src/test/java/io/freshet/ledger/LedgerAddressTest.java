package io.freshet.ledger;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.Map;
import org.apache.hadoop.conf.Configuration;
import org.junit.jupiter.api.Test;

class LedgerAddressTest {
  private static final String TIMEOUT = "fs.s3a.connection.timeout";

  @Test
  void s3IsNotWaitedForAsLongAsHadoopDoes() {
    assertEquals("200000", new Configuration().get(TIMEOUT));
    assertEquals("15000", new LedgerAddress("s3a://b/l", Map.of()).configuration().get(TIMEOUT));
  }

  @Test
  void settingsOfTheUserWin() {
    LedgerAddress address = new LedgerAddress("s3a://b/l", Map.of(TIMEOUT, "1000"));
    assertEquals("1000", address.configuration().get(TIMEOUT));
    Configuration.addDefaultResource("core-site-of-test.xml");
    assertEquals(
        "77",
        new LedgerAddress("s3a://b/l", Map.of()).configuration().get("fs.s3a.attempts.maximum"));
  }
}
