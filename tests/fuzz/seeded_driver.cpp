// Runs a fuzz target on a fixed number of inputs from a fixed seed: the small form of scripts/fuzz
// that scripts/test holds. Inputs are random bytes and random strings over characters that matter to
// our parsers.
#include <cstddef>
#include <cstdint>
#include <cstdio>
#include <string>
#include <string_view>

#include "base/random.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size);

namespace {

std::string random_input(forecart::Generator& generator) {
  constexpr std::string_view kTelling = ",;\t|\"'\r\n/-.: +TZ0123456789apmAPM=[]{}#_ey\\";
  std::string input(generator.below(300), '\0');
  const bool any_byte = generator.below(3) == 0;
  for (char& c : input) {
    c = any_byte ? static_cast<char>(generator.below(256))
                 : kTelling[generator.below(kTelling.size())];
  }
  return input;
}

}  // namespace

int main() {
  constexpr int kInputs = 2000;
  forecart::Generator generator(1);
  for (int i = 0; i < kInputs; ++i) {
    const std::string input = random_input(generator);
    LLVMFuzzerTestOneInput(reinterpret_cast<const std::uint8_t*>(input.data()), input.size());
  }
  std::printf("%d inputs\n", kInputs);
  return 0;
}
