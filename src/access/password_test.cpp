#include "access/password.h"

#include "access/test_access.h"
#include <gtest/gtest.h>

#include <algorithm>
#include <atomic>
#include <ctime>
#include <latch>
#include <thread>
#include <vector>

namespace forecart {
namespace {

constexpr HashCost kCheap{.passes = 1, .memory_bytes = 8192};

bool is_allowed(const std::string& password, const std::string& name = "ann") {
  const auto code = code_of([&] { check_password(password, name); });
  EXPECT_TRUE(!code || code == ErrorCode::invalid_value);
  return !code;
}

std::string repeated(const std::string& text, std::size_t times) {
  std::string all;
  for (std::size_t i = 0; i < times; ++i) all += text;
  return all;
}

TEST(Password, HasTwelveTo128CharactersOfUtf8) {
  EXPECT_FALSE(is_allowed(""));
  EXPECT_FALSE(is_allowed(std::string("kazoo viole")));
  EXPECT_TRUE(is_allowed("kazoo violet"));
  EXPECT_FALSE(is_allowed(repeated("\xc3\xa4", 6))) << "12 bytes are not 12 characters";
  EXPECT_TRUE(is_allowed("gr\xc3\xbc\xc3\x9f dich \xf0\x9f\x90\x88 heute"));
  const std::string long_one = repeated("kazoo violet stair ", 7);
  EXPECT_TRUE(is_allowed(long_one.substr(0, 128)));
  EXPECT_FALSE(is_allowed(long_one.substr(0, 129)));
  EXPECT_FALSE(is_allowed(std::string(100'000, 'x')));
  for (const std::string wrong : {"\xff", "\xc3", "\xc0\x80", "\xe2\x82", "\x80"}) {
    EXPECT_FALSE(is_allowed("kazoo violet stair" + wrong));
  }
}

TEST(Password, NothingIsAskedOfItsKindsOfCharacters) {
  EXPECT_TRUE(is_allowed("violetkazoostair"));
  EXPECT_TRUE(is_allowed("            kazoo"));
  EXPECT_TRUE(is_allowed("738106529417"));
}

TEST(Password, IsNotOneThatIsTriedFirst) {
  for (const char* const common :
       {"passwordpassword", "Password1234",  "P4ssword-2026",
        "password123456",   "administrator", "123456789012",
        "1234567890123",    "qwertyuiop12",  "QWERTYUIOPAS",
        "abcdefghijkl",     "987654321098",  "aaaaaaaaaaaa",
        "abababababab",     "abcabcabcabc",  "123123123123",
        "iloveyou2026!!",   "1qaz2wsx3edc",  "letmeinplease",
        "changeme12345",    "forecart2026!", "correct horse battery staple",
        "qwerty123456",     "welcome12345",  "zxcvbnmasdfg"}) {
    EXPECT_FALSE(is_allowed(common)) << common;
  }
}

TEST(Password, IsNoneOfThoseThatLeakedMost) {
  for (const char* const leaked :
       {"iloveyouforever", "ManchesterUnited", "harrypotter1", "th1sismypassw0rd", "linkinpark2003",
        "jesus-christ", "spongebob123", "unbelievable", "mypassword!!"}) {
    EXPECT_FALSE(is_allowed(leaked)) << leaked;
  }
  EXPECT_TRUE(is_allowed("harrypotter reads maps"));
}

TEST(Password, DoesNotHoldTheName) {
  EXPECT_FALSE(is_allowed("violet anna.lee kazoo", "anna.lee"));
  EXPECT_FALSE(is_allowed("violet ANNA.LEE kazoo", "anna.lee"));
  EXPECT_TRUE(is_allowed("violet bananas kazoo", "ann")) << "three letters are in many words";
}

TEST(PasswordHasher, FitsItsPasswordAlone) {
  PasswordHasher hasher(kCheap);
  const std::string hash = hasher.hash(kGoodPassword);
  EXPECT_TRUE(hash.starts_with("$argon2id$v=19$m=8,t=1,p=1$"));
  EXPECT_NE(hash, hasher.hash(kGoodPassword)) << "salted";
  EXPECT_TRUE(hasher.verify(hash, kGoodPassword));
  EXPECT_FALSE(hasher.verify(hash, kOtherPassword));
  EXPECT_FALSE(hasher.verify(hash, ""));
  EXPECT_FALSE(hasher.verify("", ""));
  EXPECT_FALSE(hasher.verify("", kGoodPassword));
  EXPECT_EQ(code_of([&] { hasher.verify("plain text", "plain text"); }), ErrorCode::bad_data);
  EXPECT_EQ(code_of([&] { hasher.verify("$argon2id$" + std::string(500, 'a'), ""); }),
            ErrorCode::bad_data);
  EXPECT_FALSE(hasher.is_outdated(hash));
  EXPECT_TRUE(PasswordHasher({.passes = 2, .memory_bytes = 8192}).is_outdated(hash));
}

/// Of this thread alone, whatever else the machine does.
double processor_seconds() {
  timespec now{};
  clock_gettime(CLOCK_THREAD_CPUTIME_ID, &now);
  return static_cast<double>(now.tv_sec) + 1e-9 * static_cast<double>(now.tv_nsec);
}

double seconds_to_verify(PasswordHasher& hasher, const std::string& hash) {
  const double begin = processor_seconds();
  hasher.verify(hash, kOtherPassword);
  return processor_seconds() - begin;
}

/// The least of several, in turns, as others who want the same memory only make it longer.
TEST(PasswordHasher, NobodyTakesAsLongAsSomebody) {
  PasswordHasher hasher({.passes = 2, .memory_bytes = std::size_t{4} << 20});
  const std::string hash = hasher.hash(kGoodPassword);
  double somebody = 1e9;
  double nobody = 1e9;
  for (int i = 0; i < 11; ++i) {
    somebody = std::min(somebody, seconds_to_verify(hasher, hash));
    nobody = std::min(nobody, seconds_to_verify(hasher, ""));
  }
  EXPECT_GT(nobody, 0.6 * somebody);
  EXPECT_LT(nobody, 1.7 * somebody);
}

TEST(PasswordHasher, RefusesMoreThanMayWait) {
  PasswordHasher hasher(
      {.passes = 3, .memory_bytes = std::size_t{4} << 20, .at_once = 1, .most_waiting = 2});
  std::atomic<int> done = 0;
  std::atomic<int> refused = 0;
  std::latch together(12);
  std::vector<std::thread> threads;
  for (int i = 0; i < 12; ++i) {
    threads.emplace_back([&] {
      together.arrive_and_wait();
      const auto code = code_of([&] { hasher.hash(kGoodPassword); });
      (code ? refused : done) += 1;
      EXPECT_TRUE(!code || code == ErrorCode::unavailable);
    });
  }
  for (std::thread& thread : threads) thread.join();
  EXPECT_GE(done, 3);
  EXPECT_GT(refused, 0);
  EXPECT_EQ(code_of([&] { hasher.hash(kGoodPassword); }), std::nullopt);
}

}  // namespace
}  // namespace forecart
