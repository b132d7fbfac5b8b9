package io.freshet.changes;

import static org.junit.jupiter.api.Assertions.assertEquals;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class VectorOriginTest {
  @ParameterizedTest
  @CsvSource({
    "hash/1 dimension=8 text={user_id} {b}, hash/1 dimension=8 text={User_ID} {B}, true",
    "hash/1 dimension=8 text={İ ß}, hash/1 dimension=8 text={i̇ ß}, true",
    "hash/1 dimension=8 text={a}x, hash/1 dimension=8 text={a}X, false",
    "hash/1 dimension=8 text={{{A}}}, hash/1 dimension=8 text={{{a}}}, true",
    "hash/1 dimension=8 text={{A}}{a}, hash/1 dimension=8 text={{a}}{a}, false",
    "hash/1 dimension=8 text={a}{{ text={b}, hash/1 dimension=8 text={a}{{ TEXT={b}, false",
    "hash/1 dimension=8 text={a}, hash/2 dimension=8 text={a}, false",
    "hash/1 dimension=8 text={a}, hash/1 dimension=16 text={a}, false",
    "column/1 dimension=8 column=Vector, column/1 dimension=8 column=vector, true",
    "column/1 dimension=8 column=a, column/1 dimension=8 column=b, false",
    "Hash/1 dimension=8 text={a}, hash/1 dimension=8 text={a}, false",
    "a text of another form, A text of another form, false",
  })
  void namesOfColumnsIgnoreCaseAndNothingElseDoes(String one, String other, boolean fits) {
    assertEquals(fits, new VectorOrigin(one, "1").fits(new VectorOrigin(other, "2")), "text");
    assertEquals(fits, new VectorOrigin("1", one).fits(new VectorOrigin("2", other)), "identity");
    assertEquals(fits, new VectorOrigin("1", other).fits(new VectorOrigin("2", one)), "turned");
  }
}
