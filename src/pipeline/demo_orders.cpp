#include "pipeline/demo_orders.h"

#include "base/error.h"
#include "base/random.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <fstream>
#include <numeric>
#include <span>
#include <string_view>

namespace forecart {

namespace {

using std::chrono::days;
using std::chrono::hours;
using std::chrono::minutes;
using std::chrono::sys_days;
using Minute = std::chrono::sys_time<minutes>;

struct City {
  std::string_view name;
  std::string_view state;
  int postcode;
  double share;
};

constexpr std::array<City, 7> kCities = {{
    {"Larkmouth", "LK", 10100, .26},
    {"Port Ansel", "AN", 23400, .20},
    {"Veldhaven", "VD", 31700, .16},
    {"Grayford", "LK", 10800, .13},
    {"San Orrin", "AN", 24900, .11},
    {"Tarn Hill", "TH", 47300, .09},
    {"Oster Bay", "VD", 33100, .05},
}};

constexpr std::array<std::string_view, 10> kStreets = {
    "Harbour Lane", "Mill Street",   "Juniper Way",  "Station Road", "Old Quay",
    "Orchard Row",  "Lantern Court", "Copper Alley", "Bell Street",  "Heron Drive"};

/// Share of a day's orders in each civil hour, up to a factor: a peak at noon, a higher one at
/// 20:00.
constexpr std::array<double, 24> kHours = {.7,  .4,  .2,  .2,  .2,  .4,  .9,  1.8,
                                           3.0, 4.2, 5.2, 6.1, 6.6, 6.0, 5.0, 4.7,
                                           4.9, 5.4, 6.3, 7.2, 7.6, 6.4, 4.1, 2.0};

constexpr std::string_view kHeader =
    "Order ID,Product,Quantity Ordered,Price Each,Order Date,Purchase Address";
constexpr std::int64_t kFirstOrder = 500001;
constexpr unsigned kMarkedMonth = 5;  // the file with a byte order mark and CRLF

/// Chance that a row follows a piece of dirt of that kind.
struct Dirt {
  static constexpr double kBlank = .003;
  static constexpr double kHeader = .002;
  static constexpr double kBadTime = .0008;
  static constexpr double kBadQuantity = .0006;
  static constexpr double kDuplicate = .0015;
};

/// One row of a file, before it is written.
struct Line {
  Minute time;
  std::string order;
  std::size_t product = 0;
  std::int64_t quantity = 0;
  int cents = 0;
  std::string address;
};

bool chance(Generator& random, double probability) {
  return random.uniform() < probability;
}

/// An index with probability in proportion to its weight; the weights are not all zero.
std::size_t pick(Generator& random, std::span<const double> weights) {
  double left = random.uniform() * std::accumulate(weights.begin(), weights.end(), 0.0);
  std::size_t index = 0;
  while (index + 1 < weights.size() && (left -= weights[index]) >= 0) ++index;
  return index;
}

/// Plays the year day by day and keeps the rows of each month.
class Shop {
 public:
  Shop(const DemoPlan& plan, Generator random) : plan_(plan), random_(random) {}

  void play(DemoReport& report) {
    for (int i = 0; i < plan_.length(); ++i) play_day(plan_.first() + days(i), report);
    for (std::vector<Line>& month : months_) {
      std::ranges::stable_sort(month, {}, &Line::time);
    }
  }
  const std::vector<Line>& month(unsigned number) const { return months_[number - 1]; }

 private:
  void play_day(sys_days day, DemoReport& report);
  void place_order(Minute time, std::span<const double> demand, DemoReport& report);
  void regret(const std::vector<Line>& order, DemoReport& report);
  bool take_back(Line line, minutes later, std::string_view prefix);
  void keep(Line line);
  std::string draw_address();

  const DemoPlan& plan_;
  Generator random_;
  std::int64_t next_order_ = kFirstOrder;
  std::array<std::vector<Line>, 12> months_;
};

void Shop::play_day(sys_days day, DemoReport& report) {
  const auto demand = plan_.demand(day);
  const std::int64_t count = random_.poisson(std::accumulate(demand.begin(), demand.end(), 0.0));
  std::vector<Minute> times;
  for (std::int64_t i = 0; i < count; ++i) {
    const hours hour(pick(random_, kHours));
    times.push_back(day + hour + minutes(random_.below(60)));
  }
  std::ranges::sort(times);
  for (const Minute time : times) place_order(time, demand, report);
}

std::string Shop::draw_address() {
  std::array<double, kCities.size()> shares{};
  std::ranges::transform(kCities, shares.begin(), &City::share);
  const City& city = kCities[pick(random_, shares)];
  const std::uint64_t number = 1 + random_.below(980);
  const std::string_view street = kStreets[random_.below(kStreets.size())];
  const int postcode = city.postcode + static_cast<int>(random_.below(60));
  return fmt::format("{} {}, {}, {} {}", number, street, city.name, city.state, postcode);
}

/// One to three lines of different products, so that only planted rows are exact duplicates.
void Shop::place_order(Minute time, std::span<const double> demand, DemoReport& report) {
  std::vector<double> wanted(demand.begin(), demand.end());
  const std::string id = std::to_string(next_order_++);
  const std::string address = draw_address();
  const double more = random_.uniform();
  const std::size_t size = more < .02 ? 3 : more < .13 ? 2 : 1;
  std::vector<Line> order;
  while (order.size() < size) {
    const std::size_t product = pick(random_, wanted);
    if (wanted[product] <= 0) break;
    wanted[product] = 0;
    const std::int64_t quantity =
        1 + random_.poisson(kDemoCatalogue[product].cents < 1600 ? .35 : .04);
    const int cents = plan_.price(product, std::chrono::floor<days>(time));
    order.push_back({time, id, product, quantity, cents, address});
    report.units += quantity;
  }
  ++report.orders;
  report.sales += static_cast<std::int64_t>(order.size());
  for (const Line& line : order) keep(line);
  regret(order, report);
}

/// A few orders are cancelled within the day, a few lines come back after 3 to 20 days.
void Shop::regret(const std::vector<Line>& order, DemoReport& report) {
  const bool cancelled = chance(random_, .006);
  const minutes soon(5 + random_.below(600));
  for (const Line& line : order) {
    const bool returned = !cancelled && chance(random_, .008);
    const minutes later = cancelled ? soon : minutes(4320 + random_.below(24480));
    if ((!cancelled && !returned) || !take_back(line, later, cancelled ? "C" : "")) continue;
    (cancelled ? report.credits : report.returns) += 1;
    report.units -= line.quantity;
  }
}

/// Keeps the opposite of a line; false when that falls into the next year.
bool Shop::take_back(Line line, minutes later, std::string_view prefix) {
  line.time += later;
  line.order = fmt::format("{}{}", prefix, line.order);
  line.quantity = -line.quantity;
  if (line.time >= plan_.first() + days(plan_.length())) return false;
  keep(std::move(line));
  return true;
}

void Shop::keep(Line line) {
  const std::chrono::year_month_day day{std::chrono::floor<days>(line.time)};
  months_[static_cast<unsigned>(day.month()) - 1].push_back(std::move(line));
}

std::string time_text(Minute time) {
  const auto day = std::chrono::floor<days>(time);
  const std::chrono::year_month_day when{day};
  const auto clock = time - day;
  return fmt::format("{:02}/{:02}/{:02} {:02}:{:02}", static_cast<unsigned>(when.month()),
                     static_cast<unsigned>(when.day()), static_cast<int>(when.year()) % 100,
                     clock.count() / 60, clock.count() % 60);
}

/// Whole amounts come as 15 or 15.0, as spreadsheets leave them.
std::string price_text(int cents, bool short_form) {
  if (cents % 100 != 0) return fmt::format("{}.{:02}", cents / 100, cents % 100);
  return short_form ? std::to_string(cents / 100) : fmt::format("{}.0", cents / 100);
}

std::string row(const Line& line, std::string_view time, std::string_view quantity) {
  const bool short_form = line.order.back() % 2 == 0;
  return fmt::format("{},{},{},{},{},\"{}\"", line.order, kDemoCatalogue[line.product].name,
                     quantity, price_text(line.cents, short_form), time, line.address);
}

/// The text of one month's file, with dirt between its rows, counted as it is planted.
class MonthFile {
 public:
  MonthFile(unsigned month, Generator random, DemoReport& report)
      : random_(random), report_(report), line_end_(month == kMarkedMonth ? "\r\n" : "\n") {
    if (month == kMarkedMonth) text_ = "\xEF\xBB\xBF";
    text_.append(kHeader).append(line_end_);
  }

  void add(const Line& line) {
    add_dirt(line);
    const std::string text = row(line, time_text(line.time), std::to_string(line.quantity));
    add_row(text);
    if (chance(random_, Dirt::kDuplicate)) add_row(text, report_.exact_duplicates);
  }
  const std::string& text() const { return text_; }

 private:
  static constexpr std::array<std::string_view, 4> kBadTimes = {"13/45/25 10:00", "02/30/25 08:15",
                                                                "yesterday", ""};
  static constexpr std::array<std::string_view, 4> kBadQuantities = {"two", "1+1", "1x", ""};

  void add_row(std::string_view text) {
    text_.append(text).append(line_end_);
    ++report_.rows;
  }
  void add_row(std::string_view text, std::int64_t& count) {
    add_row(text);
    ++count;
  }
  void add_dirt(const Line& line) {
    if (chance(random_, Dirt::kBlank)) add_row(",,,,,", report_.blank);
    if (chance(random_, Dirt::kHeader)) add_row(kHeader, report_.repeated_headers);
    if (chance(random_, Dirt::kBadTime)) {
      const std::string quantity = std::to_string(line.quantity);
      add_row(row(line, kBadTimes[random_.below(kBadTimes.size())], quantity), report_.bad_times);
    }
    if (chance(random_, Dirt::kBadQuantity)) {
      const std::string_view quantity = kBadQuantities[random_.below(kBadQuantities.size())];
      add_row(row(line, time_text(line.time), quantity), report_.bad_quantities);
    }
  }

  Generator random_;
  DemoReport& report_;
  std::string_view line_end_;
  std::string text_;
};

void validate(const DemoOptions& options) {
  if (options.year < 2000 || options.year > 2068) {
    throw Error(ErrorCode::invalid_value,
                fmt::format("demo year {} is not in 2000-2068", options.year));
  }
  if (!(options.orders_per_day > 0 && options.orders_per_day <= 100000)) {
    throw Error(ErrorCode::invalid_value,
                fmt::format("demo orders per day {} is not above 0 and at most 100000",
                            options.orders_per_day));
  }
}

void make_folder(const std::filesystem::path& folder) {
  std::error_code error;
  std::filesystem::create_directories(folder, error);
  if (error) {
    throw Error(ErrorCode::unavailable,
                fmt::format("folder '{}' cannot be made ({}); give another one", folder.string(),
                            error.message()));
  }
}

void write_file(const std::filesystem::path& path, const std::string& text) {
  std::ofstream file(path, std::ios::binary | std::ios::trunc);
  if (!file) {
    throw Error(ErrorCode::unavailable,
                fmt::format("'{}' cannot be written; give another folder", path.string()));
  }
  file.write(text.data(), static_cast<std::streamsize>(text.size())).flush();
  if (!file) {
    throw Error(ErrorCode::no_space,
                fmt::format("'{}' was not written to its end; is the disk full?", path.string()));
  }
}

void note_span(const std::vector<Line>& month, DemoReport& report) {
  if (month.empty()) return;
  if (report.first == Instant{}) report.first = month.front().time;
  report.last = month.back().time;
}

}  // namespace

DemoReport write_demo_orders(const DemoOptions& options, const std::filesystem::path& folder) {
  validate(options);
  make_folder(folder);
  const Generator random(options.seed);
  const DemoPlan plan(options, random.split(0));
  DemoReport report;
  report.promotions = plan.promotions();
  report.stock_outs = plan.stock_outs();
  report.closed = plan.closed_days();
  report.launched = kDemoCatalogue[kDemoLaunched].name;
  Shop shop(plan, random.split(1));
  shop.play(report);
  for (unsigned month = 1; month <= 12; ++month) {
    MonthFile file(month, random.split(1 + month), report);
    for (const Line& line : shop.month(month)) file.add(line);
    note_span(shop.month(month), report);
    report.files.push_back(folder / fmt::format("orders_{}_{:02}.csv", options.year, month));
    write_file(report.files.back(), file.text());
  }
  return report;
}

}  // namespace forecart
