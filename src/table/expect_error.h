#pragma once

#include "base/error.h"

#include <gtest/gtest.h>

#include <string>

namespace forecart {

/// For tests: `work` must throw an Error of this code whose message contains `word` (the value, the
/// place or the remedy that it must name).
template <typename Work>
void expect_error(ErrorCode code, const std::string& word, const Work& work) {
  try {
    work();
    ADD_FAILURE() << "nothing was thrown; expected " << to_string(code);
  } catch (const Error& error) {
    EXPECT_STREQ(to_string(error.code()), to_string(code)) << error.what();
    EXPECT_NE(std::string(error.what()).find(word), std::string::npos)
        << "'" << word << "' is not in: " << error.what();
  }
}

}  // namespace forecart
