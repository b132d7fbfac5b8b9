package io.freshet.milvus;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.freshet.changes.FailureCategory;
import io.freshet.changes.FreshetException;
import io.freshet.changes.VectorOrigin;
import io.milvus.grpc.BoolResponse;
import io.milvus.grpc.CreateCollectionRequest;
import io.milvus.grpc.DescribeCollectionResponse;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** A server that says wrongly, once or for a while, that a collection is not there. */
final class CollectionSetupTest {
  private static final Duration PATIENCE = Duration.ofMinutes(1);
  private static final Duration SPAN = Duration.ofMillis(200);
  private static final String MARK = "0123456789";

  private final FakeMilvus milvus = new FakeMilvus();
  private final List<CreateCollectionRequest> created = new CopyOnWriteArrayList<>();

  CollectionSetupTest() {
    milvus.onDescribe = () -> marked(MARK);
    milvus.onCreate =
        request -> {
          created.add(request);
          // As Milvus 2.3.5 answers where the collection is there, and is the same.
          return io.milvus.grpc.Status.getDefaultInstance();
        };
  }

  @AfterEach
  void stopServer() {
    milvus.close();
  }

  @Test
  void collectionThatIsOnceSaidNotToBeThereIsNotLost() {
    AtomicInteger asked = new AtomicInteger();
    milvus.onHas = () -> has(asked.incrementAndGet() > 1);

    EnsuredCollection ensured = setup().ensure(true, false);

    assertFalse(ensured.created());
    assertEquals(Optional.of(MARK), ensured.mark());
    assertEquals(List.of(), created);
  }

  @Test
  void collectionThatOneKindOfRequestNeverFindsIsNotLost() {
    milvus.onHas = () -> has(false);
    assertNotLost();
    milvus.lose();
    milvus.onList = () -> milvus.listed(0);
    assertNotLost();
    milvus.lose();
    milvus.onDescribe = () -> marked(MARK);
    milvus.onHas = () -> has(true);
    assertFalse(setup().ensure(true, false).created());
    milvus.onDescribe = FakeMilvus::notDescribed;
    assertNotLost();
    assertEquals(List.of(), created);
  }

  @Test
  void collectionThatIsNotThereWhateverIsAskedIsLost() {
    milvus.lose();
    assertEquals(FailureCategory.COLLECTION_LOST, failure().category());
    assertEquals(List.of(), created);
  }

  @Test
  void collectionThatWasThereAllTheTimeIsNotCalledCreated() {
    AtomicInteger asked = new AtomicInteger();
    milvus.onHas = () -> has(asked.incrementAndGet() > 1);

    EnsuredCollection ensured = setup().ensure(false, false);

    assertEquals(1, created.size(), "the server was believed");
    assertFalse(ensured.created(), "the rows in it are not this start's");
    assertEquals(Optional.of(MARK), ensured.mark());
  }

  @Test
  void collectionIsCreatedThoughTheAnswerDoesNotCome() {
    milvus.lose();
    milvus.onCreate =
        request -> {
          created.add(request);
          milvus.onHas = () -> has(true);
          milvus.onList = () -> milvus.listed(0);
          milvus.onDescribe =
              () ->
                  FakeMilvus.described(milvus.target()).toBuilder()
                      .addAllProperties(request.getPropertiesList())
                      .build();
          throw io.milvus.shaded.io.grpc.Status.UNAVAILABLE.asRuntimeException();
        };

    EnsuredCollection ensured = setup().ensure(false, false);

    assertTrue(ensured.created());
    assertTrue(ensured.mark().isPresent());
    assertFalse(setup().ensure(false, false).created(), "another start did not");
  }

  @Test
  void collectionThatIsOnceDescribedAsAnotherIsNotRefusedWhereItHasFittedBefore() {
    AtomicInteger asked = new AtomicInteger();
    MilvusTarget wider = MilvusTarget.of(milvus.target().uri(), "vectors", 8, "ledger-1");
    milvus.onDescribe =
        () -> asked.incrementAndGet() == 1 ? FakeMilvus.described(wider) : marked(MARK);
    assertEquals(Optional.of(MARK), setup().ensure(true, false).mark());

    milvus.onDescribe = () -> FakeMilvus.described(wider);
    assertEquals(FailureCategory.COLLECTION_MISMATCH, failure().category());
  }

  @ParameterizedTest
  @ValueSource(strings = {"User_ID", "uid"})
  void keyFieldOfAnotherNameIsRefusedWithTheOptionThatTakesIt(String wanted) {
    MilvusTarget target = milvus.target().withKeyField(wanted, 256);
    CollectionSetup setup = new CollectionSetup(target, PATIENCE, SPAN);

    FreshetException refused =
        assertThrows(FreshetException.class, () -> setup.ensure(true, false));

    assertEquals(FailureCategory.COLLECTION_MISMATCH, refused.category());
    assertEquals(
        "Collection "
            + target
            + " has the key field 'user_id', wanted: '"
            + wanted
            + "'. Set --keyField=user_id, which any name of the key column goes with; or"
            + " --collection to another name",
        refused.getMessage());
    new CollectionSetup(target.withKeyField("user_id", 256), PATIENCE, SPAN).ensure(true, false);
  }

  @Test
  void keyFieldThatIsNotAllThatDiffersIsNoWayOut() {
    MilvusTarget other =
        MilvusTarget.of(milvus.target().uri(), "vectors", 8, "ledger-1").withKeyField("uid", 256);
    CollectionSetup setup = new CollectionSetup(other, PATIENCE, SPAN);

    FreshetException refused =
        assertThrows(FreshetException.class, () -> setup.ensure(true, false));

    assertFalse(refused.getMessage().contains("--keyField"), refused.getMessage());
  }

  @Test
  void markOfAnotherLedgerIsNone() {
    milvus.onDescribe =
        () ->
            FakeMilvus.described(milvus.target()).toBuilder()
                .addProperties(LedgerMark.made("ledger-2", MARK))
                .build();
    assertEquals(Optional.empty(), setup().ensure(false, true).mark());
  }

  /** Milvus 2.3.5 does: it has the properties again that the collection was made with. */
  @Test
  void serverThatForgotWhatTheLedgerRemembersOfItsVectorsStopsNothing() {
    VectorOrigin whenMade = new VectorOrigin("hash text={a}", "hash text={a}");
    VectorOrigin ofTheRows = new VectorOrigin("hash text={b}", "hash text={b}");
    milvus.onQuery = request -> FakeMilvus.counted(7);
    milvus.onDescribe =
        () ->
            marked(MARK).toBuilder()
                .addProperties(LedgerMark.property(milvus.target().ledgerId()))
                .addAllProperties(LedgerMark.vectors(whenMade))
                .build();

    EnsuredCollection ensured =
        setup().forVectors(ofTheRows, Optional.of(ofTheRows)).ensure(true, false);

    assertEquals(Optional.of(whenMade), ensured.vectors(), "it is to say so again");
    for (Optional<VectorOrigin> remembered :
        List.of(Optional.<VectorOrigin>empty(), Optional.of(whenMade))) {
      CollectionSetup other = setup().forVectors(ofTheRows, remembered);
      assertEquals(
          FailureCategory.COLLECTION_MISMATCH,
          assertThrows(FreshetException.class, () -> other.ensure(true, false)).category());
    }

    milvus.onDescribe =
        () ->
            FakeMilvus.described(milvus.target()).toBuilder()
                .addProperties(LedgerMark.property("ledger-2"))
                .addAllProperties(LedgerMark.vectors(whenMade))
                .build();
    CollectionSetup adopting = setup().forVectors(ofTheRows, Optional.of(ofTheRows));
    assertEquals(
        FailureCategory.COLLECTION_MISMATCH,
        assertThrows(FreshetException.class, () -> adopting.ensure(true, true)).category(),
        "the ledger knows nothing of another one's rows");
  }

  private void assertNotLost() {
    assertEquals(FailureCategory.MILVUS_UNAVAILABLE, failure().category());
  }

  private FreshetException failure() {
    CollectionSetup impatient = new CollectionSetup(milvus.target(), Duration.ofMillis(300), SPAN);
    return assertThrows(FreshetException.class, () -> impatient.ensure(true, false));
  }

  private CollectionSetup setup() {
    return new CollectionSetup(milvus.target(), PATIENCE, SPAN);
  }

  private DescribeCollectionResponse marked(String mark) {
    return FakeMilvus.described(milvus.target()).toBuilder()
        .addProperties(LedgerMark.made(milvus.target().ledgerId(), mark))
        .build();
  }

  private static BoolResponse has(boolean value) {
    return BoolResponse.newBuilder().setValue(value).build();
  }
}
