#include "cli/program_name.h"

#include <gtest/gtest.h>

namespace forecart {
namespace {

using Words = std::vector<std::string>;

TEST(ProgramName, SaysWhatIsMeantOnHostsThatChooseTheWords) {
  EXPECT_EQ(meant_words({"/var/task/bootstrap"}), (Words{"forecart", "lambda"}));
  EXPECT_EQ(meant_words({"/var/task/forecart-entry"}), (Words{"forecart", "lambda"}));
  EXPECT_EQ(meant_words({"/var/task/forecart-entry", "serve"}),
            (Words{"/var/task/forecart-entry", "sagemaker", "serve"}));
  EXPECT_EQ(meant_words({"forecart-entry", "train", "x"}),
            (Words{"forecart-entry", "sagemaker", "train", "x"}));
}

TEST(ProgramName, ElseIsOnlyAName) {
  for (const Words& words :
       {Words{"forecart"}, Words{"forecart", "serve"}, Words{"bootstrap", "serve"},
        Words{"forecart-entry", "doctor"}, Words{"bootstrap-1"}, Words{}}) {
    EXPECT_EQ(meant_words(words), words);
  }
}

}  // namespace
}  // namespace forecart
