#include "base/work_file.h"

#include "base/durable_file.h"

#include <gtest/gtest.h>

#include <fstream>

namespace forecart {
namespace {

TEST(WorkFile, HasANameOfItsOwnAndGoes) {
  const std::filesystem::path folder = std::filesystem::temp_directory_path();
  std::filesystem::path path;
  {
    const WorkFile one(folder, ".csv");
    const WorkFile other(folder, ".csv");
    path = one.path();
    EXPECT_NE(path, other.path());
    EXPECT_EQ(path.parent_path(), folder);
    EXPECT_EQ(path.extension(), ".csv");
    EXPECT_NE(path.filename().string().find(process_name()), std::string::npos)
        << "processes of two containers may have the same number";
    std::ofstream(path) << "x";
  }
  EXPECT_FALSE(std::filesystem::exists(path));
}

}  // namespace
}  // namespace forecart
