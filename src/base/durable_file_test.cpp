#include "base/durable_file.h"

#include "base/error.h"

#include <gtest/gtest.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <array>
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

/// What a child process calls itself.
std::string name_in_a_child() {
  std::array<int, 2> ends{};
  EXPECT_EQ(pipe(ends.data()), 0);
  const pid_t child = fork();
  if (child == 0) {
    const std::string& name = process_name();
    const ssize_t written = write(ends[1], name.data(), name.size());
    _exit(written == std::ssize(name) ? 0 : 1);
  }
  close(ends[1]);
  std::string name(100, '\0');
  name.resize(static_cast<std::size_t>(std::max<ssize_t>(0, read(ends[0], name.data(), 100))));
  close(ends[0]);
  waitpid(child, nullptr, 0);
  return name;
}

// In two containers over one folder, two processes may have the same number.
TEST_F(DurableFile, ProcessesAreToldApartByMoreThanTheirNumbers) {
  const std::string first = name_in_a_child();
  const std::string second = name_in_a_child();
  const auto random_part = [](const std::string& name) { return name.substr(name.find('-')); };
  EXPECT_EQ(random_part(first).size(), 17U) << first;
  EXPECT_NE(random_part(first), random_part(second));
  EXPECT_TRUE(process_name().starts_with(std::to_string(getpid()) + "-"));
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
