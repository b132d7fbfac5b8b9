package io.freshet.milvus;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.freshet.changes.FailureCategory;
import io.freshet.changes.FreshetException;
import io.freshet.changes.Lease;
import io.freshet.changes.VectorOrigin;
import io.freshet.testing.MilvusKind;
import io.freshet.testing.SharedMilvus;
import io.freshet.testing.Tools;
import io.milvus.v2.common.DataType;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInfo;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

final class CollectionSetupIT {
  private static final Duration SPAN = Duration.ofSeconds(1);

  @RegisterExtension static final SharedMilvus MILVUS = new SharedMilvus();

  @ParameterizedTest
  @EnumSource
  void aMissingCollectionIsCreatedAndSearchable(MilvusKind kind, TestInfo test) {
    MilvusTarget target = target(kind, test);

    EnsuredCollection made = ensure(target);
    assertTrue(made.created());
    assertTrue(made.mark().isPresent());
    assertFalse(ensure(target).created());
    EnsuredCollection there = new CollectionSetup(target).ensure(true, false);
    assertFalse(there.created());
    assertEquals(made.mark(), there.mark());

    new BatchWriter(target)
        .write(Updates.upserts(new Lease("a", Instant.now().plusSeconds(30)), "k", 3));
    try (Oracle oracle = new Oracle(target)) {
      assertEquals("k2", oracle.nearest(2, 1, 0, 0).orElseThrow());
      assertEquals(java.util.Map.of("k0", 7L, "k1", 7L, "k2", 7L), oracle.versions());
    }
  }

  @ParameterizedTest
  @EnumSource
  void aCollectionRemembersWhatItsVectorsAreMadeBy(MilvusKind kind, TestInfo test) {
    MilvusTarget target = target(kind, test);
    VectorOrigin first = new VectorOrigin("hash text={ä}", "hash text={c-1}");
    VectorOrigin renamed = new VectorOrigin("hash text={b}", "hash text={c-1}");
    VectorOrigin other = new VectorOrigin("hash text={c}", "hash text={c-2}");
    EnsuredCollection made =
        new CollectionSetup(target).forVectors(first, Optional.empty()).ensure(false, false);
    assertEquals(Optional.of(first), ensure(target).vectors());
    // As long as it is empty, it may become another's.
    setVectors(target, other);
    setVectors(target, first);
    assertEquals(made.mark(), ensure(target).mark());

    new BatchWriter(target)
        .write(Updates.upserts(new Lease("a", Instant.now().plusSeconds(30)), "k", 3));
    setVectors(target, renamed);
    FreshetException e =
        assertThrows(
            FreshetException.class,
            () ->
                new CollectionSetup(target).forVectors(other, Optional.empty()).ensure(true, true));

    assertEquals(FailureCategory.COLLECTION_MISMATCH, e.category());
    assertTrue(
        e.getMessage().contains("'hash text={b}', wanted: by 'hash text={c}'"), e::getMessage);
    assertEquals(Optional.of(renamed), ensure(target).vectors());
  }

  private static void setVectors(MilvusTarget target, VectorOrigin origin) {
    CollectionSetup setup = new CollectionSetup(target).forVectors(origin, Optional.empty());
    setup.recordVectors(setup.ensure(true, false));
    assertEquals(Optional.of(origin), ensure(target).vectors());
  }

  @Test
  void aServerOfAnotherProtocolIsNamedAtOnce() {
    MilvusTarget plain =
        MilvusTarget.of(MILVUS.of(MilvusKind.LITE).uri(), "vectors", 4, "ledger-1");
    MilvusTarget tls =
        MilvusTarget.of(plain.uri().replace("http://", "https://"), "vectors", 4, "ledger-1");

    FreshetException e = refused(FailureCategory.OPTION, tls, false);

    assertTrue(e.getMessage().contains(tls.uri() + " does not speak TLS"), e.getMessage());
    assertTrue(e.getMessage().contains("--milvusUri=" + plain.uri()), e.getMessage());
  }

  @ParameterizedTest
  @EnumSource
  void anotherDimensionIsRefused(MilvusKind kind, TestInfo test) {
    MilvusTarget target = target(kind, test);
    ensure(target);
    MilvusTarget wider = MilvusTarget.of(target.uri(), target.collection(), 8, "ledger-1");

    FreshetException e = refused(FailureCategory.COLLECTION_MISMATCH, wider, false);

    assertEquals(
        "Collection "
            + wider
            + " does not fit: there: vector FloatVector(4), wanted: vector FloatVector(8)."
            + " Set --collection to another name, make the options fit, or drop the collection",
        e.getMessage());
  }

  @ParameterizedTest
  @EnumSource
  void anotherKeyTypeOrAMissingFieldIsRefusedEvenIfAdopted(MilvusKind kind, TestInfo test) {
    MilvusTarget target = target(kind, test);
    try (Oracle oracle = new Oracle(target)) {
      oracle.createForeign(DataType.Int64, false);
    }

    FreshetException e = refused(FailureCategory.COLLECTION_MISMATCH, target, true);

    assertTrue(
        e.getMessage()
            .contains(
                "there: user_id Int64 primary key, wanted: user_id VarChar(256) primary key;"
                    + " there: no field row_hash, wanted: row_hash Int64"),
        e.getMessage());
  }

  @ParameterizedTest
  @EnumSource
  void aKeyFieldThatIsTooShortIsRefusedAndALongerOneFits(MilvusKind kind, TestInfo test) {
    MilvusTarget target = target(kind, test);
    ensure(target);

    ensure(target.withKeyField("user_id", 100));
    FreshetException e =
        refused(FailureCategory.COLLECTION_MISMATCH, target.withKeyField("user_id", 300), false);

    assertTrue(
        e.getMessage()
            .contains(
                "there: user_id VarChar(256) primary key,"
                    + " wanted: user_id VarChar(300) primary key"),
        e.getMessage());
  }

  @ParameterizedTest
  @EnumSource
  void aForeignCollectionIsRefusedUntilItIsAdopted(MilvusKind kind, TestInfo test) {
    MilvusTarget target = target(kind, test);
    try (Oracle oracle = new Oracle(target)) {
      oracle.createForeign(DataType.VarChar, true);
    }

    FreshetException e = refused(FailureCategory.COLLECTION_MISMATCH, target, false);
    assertEquals(
        "Collection "
            + target
            + " was not made by Freshet, wanted: one of the ledger ledger-1. Set --collection to"
            + " another name, --ledger to the ledger it belongs to, or take it over with"
            + " --adoptCollection",
        e.getMessage());

    assertFalse(new CollectionSetup(target).ensure(false, true).created());
    assertFalse(ensure(target).created(), "it is ours now");
  }

  @ParameterizedTest
  @EnumSource
  void theCollectionOfAnotherLedgerIsRefusedUntilItIsAdopted(MilvusKind kind, TestInfo test) {
    MilvusTarget target = target(kind, test);
    MilvusTarget other =
        MilvusTarget.of(target.uri(), target.collection(), Updates.DIMENSION, "ledger-2");
    ensure(other);

    FreshetException e = refused(FailureCategory.COLLECTION_MISMATCH, target, false);
    assertTrue(
        e.getMessage()
            .contains("belongs to the ledger ledger-2, wanted: one of the ledger ledger-1"),
        e.getMessage());

    new CollectionSetup(target).ensure(false, true);
    refused(FailureCategory.COLLECTION_MISMATCH, other, false);
  }

  @ParameterizedTest
  @EnumSource
  void aLostCollectionIsNotCreatedAgain(MilvusKind kind, TestInfo test) {
    MilvusTarget target = target(kind, test);

    for (int i = 0; i < 2; i++) {
      FreshetException e =
          assertThrows(
              FreshetException.class,
              () -> new CollectionSetup(target, Duration.ofSeconds(60), SPAN).ensure(true, false));
      assertEquals(FailureCategory.COLLECTION_LOST, e.category());
      assertEquals(
          "Collection "
              + target
              + " is gone, wanted: the one that the ledger ledger-1 has written. Restore it, or"
              + " write it anew: another --ledger and --startingVersion=snapshot",
          e.getMessage());
    }
  }

  @ParameterizedTest
  @EnumSource
  void aDatabaseThatIsNotThereIsAnError(MilvusKind kind, TestInfo test) {
    // Lite answers with the code of any failure; 2.3.5 has a code for it.
    FreshetException e =
        refused(
            FailureCategory.MILVUS_UNAVAILABLE, target(kind, test).withDatabase("nowhere"), false);
    assertTrue(e.getMessage().contains("check --database and --collection"), e.getMessage());
  }

  @Test
  void anUnreachableServerIsAnErrorAfterSomePatience() {
    MilvusTarget nobody =
        MilvusTarget.of("http://127.0.0.1:" + Tools.freePort(), "vectors", 4, "ledger-1")
            .withToken("root:hunter2");

    FreshetException e =
        assertThrows(
            FreshetException.class,
            () -> new CollectionSetup(nobody, Duration.ofMillis(300)).ensure(false, false));

    assertEquals(FailureCategory.MILVUS_UNAVAILABLE, e.category());
    assertTrue(e.getMessage().startsWith("Milvus at " + nobody.uri() + " does not serve"));
    assertFalse(e.getMessage().contains("hunter2"), e.getMessage());
  }

  private static FreshetException refused(
      FailureCategory category, MilvusTarget target, boolean adopt) {
    FreshetException e =
        assertThrows(
            FreshetException.class, () -> new CollectionSetup(target).ensure(false, adopt));
    assertEquals(category, e.category(), e.getMessage());
    return e;
  }

  private static EnsuredCollection ensure(MilvusTarget target) {
    return new CollectionSetup(target).ensure(false, false);
  }

  private static MilvusTarget target(MilvusKind kind, TestInfo test) {
    return MilvusTarget.of(
        MILVUS.of(kind).uri(),
        test.getTestMethod().orElseThrow().getName(),
        Updates.DIMENSION,
        "ledger-1");
  }
}
