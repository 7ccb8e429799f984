#include "cli/program_name.h"

#include <algorithm>
#include <array>
#include <filesystem>
#include <string_view>

namespace forecart {

std::vector<std::string> meant_words(std::vector<std::string> words) {
  constexpr std::array<std::string_view, 3> kOfSagemaker{"train", "serve", "process"};
  if (words.empty()) return words;
  const std::string name = std::filesystem::path(words[0]).filename();
  const bool is_entry = name == "forecart-entry";
  if (!is_entry && name != "bootstrap") return words;
  if (words.size() == 1) return {"forecart", "lambda"};
  if (is_entry && std::ranges::count(kOfSagemaker, words[1]) > 0) {
    words.insert(words.begin() + 1, "sagemaker");
  }
  return words;
}

}  // namespace forecart
