#include "cli/cost_flags.h"

#include "cli/output.h"

namespace forecart {

void add_prices_flag(CLI::App& command, std::filesystem::path& into) {
  command
      .add_option("--prices", into,
                  "prices to count with [prices.toml of the repository, else those of the program; "
                  "see docs/cost.md]")
      ->type_name("FILE");
}

void tell_usage(const Usage& usage, const Bill& bill) {
  print_note("used " + describe(usage));
  print_note("that is " + describe(bill));
}

void tell_month(const Bill& bill) {
  print_note(bill.currency + " " + describe(bill.month));
}

}  // namespace forecart
