#include "base/log.h"

#include "base/error.h"

#include <gmock/gmock.h>

#include <fstream>
#include <sstream>

namespace forecart {
namespace {

using testing::EndsWith;
using testing::HasSubstr;
using testing::MatchesRegex;

std::string logged(const LogOptions& options, const std::function<void(Log&)>& write) {
  std::ostringstream stream;
  Log log(options, stream);
  write(log);
  return stream.str();
}

TEST(Log, TextHasTimeLevelEventAndFields) {
  const std::string line = logged({}, [](Log& log) {
    log.info("run published",
             {{"dataset", "orders"}, {"seconds", 3.25}, {"rows", 12}, {"ok", true}});
  });
  EXPECT_THAT(line, MatchesRegex("20..-..-..T..:..:..\\....Z info run published dataset=orders "
                                 "seconds=3.25 rows=12 ok=true\n"));
}

TEST(Log, JsonHasTheSameFieldsByTheirTypes) {
  const std::string line = logged({.format = LogFormat::json}, [](Log& log) {
    log.warning("late", {{"dataset", "orders"}, {"age", 0.5}, {"ok", false}});
  });
  EXPECT_THAT(line, HasSubstr(R"("level":"warning","event":"late","dataset":"orders","age":0.5,)"
                              R"("ok":false})"));
}

TEST(Log, CommonFieldsStandInEveryLineUntilTheyAreOthers) {
  const auto write = [](Log& log) {
    log.set_common({{"trace", "Root=1"}});
    log.info("a", {{"n", 1}});
    log.set_common({});
    log.info("b");
  };
  EXPECT_THAT(logged({}, write), MatchesRegex(".* a n=1 trace=\"Root=1\"\n.* b\n"));
  EXPECT_THAT(logged({.format = LogFormat::json}, write),
              HasSubstr(R"("event":"a","n":1,"trace":"Root=1"})"));
}

TEST(Log, NoValueBreaksALine) {
  const auto write = [](Log& log) { log.error("x", {{"v", "a b\n\"info\" \\"}, {"w", "a=b"}}); };
  EXPECT_THAT(logged({}, write), EndsWith(R"(v="a b\u000a\"info\" \\" w="a=b")"
                                          "\n"));
  EXPECT_THAT(logged({.format = LogFormat::json}, write),
              HasSubstr(R"("v":"a b\u000a\"info\" \\","w":"a=b"})"));
}

TEST(Log, LeavesOutWhatIsBelowTheLevel) {
  EXPECT_EQ(logged({.level = LogLevel::warning}, [](Log& log) { log.info("x"); }), "");
  EXPECT_NE(logged({.level = LogLevel::warning}, [](Log& log) { log.error("x"); }), "");
  EXPECT_EQ(logged({.level = parse_log_level("off")}, [](Log& log) { log.error("x"); }), "");
}

TEST(Log, RotatesByBytesAndKeepsSoManyFiles) {
  const auto folder = std::filesystem::path(testing::TempDir()) / "forecart_log_test";
  std::filesystem::remove_all(folder);
  std::filesystem::create_directories(folder);
  {
    Log log({.file = folder / "forecart.log", .most_bytes = 1000, .older_files = 2});
    for (int i = 0; i < 200; ++i) log.info("line", {{"number", i}});
  }
  std::size_t files = 0;
  for (const auto& entry : std::filesystem::directory_iterator(folder)) {
    ++files;
    EXPECT_LE(entry.file_size(), 1000U);
  }
  EXPECT_EQ(files, 3U);
  std::ifstream newest(folder / "forecart.log");
  std::stringstream text;
  text << newest.rdbuf();
  EXPECT_THAT(text.str(), HasSubstr("number=199"));
  std::filesystem::remove_all(folder);
}

TEST(Log, RefusesAFileThatCannotBe) {
  try {
    Log log({.file = "/proc/forecart/none.log"});
    FAIL();
  } catch (const Error& error) {
    EXPECT_EQ(error.code(), ErrorCode::unreadable);
  }
}

TEST(Log, NamesOfLevelsAndFormats) {
  EXPECT_EQ(parse_log_level("warning"), LogLevel::warning);
  EXPECT_EQ(parse_log_format("json"), LogFormat::json);
  EXPECT_THROW(parse_log_level("loud"), Error);
  EXPECT_THROW(parse_log_format("xml"), Error);
}

TEST(Log, AFileThatCannotBeWrittenIsRefused) {
  for (const char* file : {"/nowhere/at/all/log", "/tmp", "/proc/none/log"}) {
    EXPECT_THROW(Log({.file = file}), Error) << file;
  }
  EXPECT_FALSE(std::filesystem::exists("/nowhere"));
}

TEST(Log, TellsThatALineWasNotWritten) {
  Log log({.file = "/dev/full"});
  EXPECT_EQ(log.failure(), "");
  log.info("lost");
  EXPECT_THAT(log.failure(), HasSubstr("No space left"));
}

}  // namespace
}  // namespace forecart
