#include "base/durable_file.h"

#include "base/error.h"

#include <gtest/gtest.h>
#include <unistd.h>

#include <fstream>
#include <iterator>
#include <stdexcept>
#include <string>

namespace forecart {
namespace {

namespace fs = std::filesystem;

class DurableFile : public testing::Test {
 protected:
  DurableFile() { fs::remove_all(folder_); }
  ~DurableFile() override { fs::remove_all(folder_); }

  static std::string content(const fs::path& path) {
    std::ifstream file(path, std::ios::binary);
    return {std::istreambuf_iterator<char>(file), {}};
  }

  fs::path folder_ =
      fs::path(testing::TempDir()) / ("forecart-durable-" + std::to_string(getpid()));
  fs::path target_ = folder_ / "target";
  fs::path temporary_ = folder_ / "temporary";
};

TEST_F(DurableFile, IsReplacedWhole) {
  make_folder(folder_);
  for (const char* text : {"first", "second"}) {
    replace_file(target_, temporary_, [&](const Descriptor& file) { file.write_all(text); });
    EXPECT_EQ(content(target_), text);
    EXPECT_FALSE(fs::exists(temporary_));
  }
}

TEST_F(DurableFile, StaysAsItWasWhereWritingFails) {
  make_folder(folder_);
  replace_file(target_, temporary_, [](const Descriptor& file) { file.write_all("first"); });
  const auto fail = [](const Descriptor& file) {
    file.write_all("half");
    throw std::runtime_error("no more");
  };
  EXPECT_THROW(replace_file(target_, temporary_, fail), std::runtime_error);
  EXPECT_EQ(content(target_), "first");
  EXPECT_FALSE(fs::exists(temporary_));
}

TEST_F(DurableFile, NamesAFolderThatIsNotThere) {
  const auto fill = [](const Descriptor& file) { file.write_all("x"); };
  EXPECT_THROW(replace_file(target_, temporary_, fill), Error);
}

}  // namespace
}  // namespace forecart
