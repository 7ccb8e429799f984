#include "ingest/mapping.h"

#include "base/ascii.h"
#include "base/error.h"
#include "table/number_text.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <array>
#include <span>
#include <utility>

namespace forecart {

namespace {

using Spellings = std::span<const std::string_view>;

// Spellings in small letters and digits only; the likelier ones first. English, German, French,
// Spanish.
constexpr std::array<std::string_view, 38> kTime{"orderdate",
                                                 "orderdatetime",
                                                 "ordertime",
                                                 "orderedat",
                                                 "orderpurchasetimestamp",
                                                 "invoicedate",
                                                 "purchasedate",
                                                 "transactiondate",
                                                 "transactiontime",
                                                 "saledate",
                                                 "salesdate",
                                                 "createdat",
                                                 "datetime",
                                                 "timestamp",
                                                 "date",
                                                 "time",
                                                 "bestelldatum",
                                                 "bestellzeit",
                                                 "bestellzeitpunkt",
                                                 "auftragsdatum",
                                                 "rechnungsdatum",
                                                 "kaufdatum",
                                                 "belegdatum",
                                                 "verkaufsdatum",
                                                 "buchungsdatum",
                                                 "zeitstempel",
                                                 "zeitpunkt",
                                                 "datum",
                                                 "zeit",
                                                 "datecommande",
                                                 "datedecommande",
                                                 "datefacture",
                                                 "fecha",
                                                 "fechapedido",
                                                 "fechafactura",
                                                 "ds",
                                                 "day",
                                                 "tag"};
constexpr std::array<std::string_view, 27> kOrder{
    "orderid",         "orderno",     "ordernumber",   "ordernr",        "invoiceno",
    "invoiceid",       "invoice",     "invoicenumber", "transactionid",  "transactionno",
    "transaction",     "receiptid",   "receiptno",     "basketid",       "order",
    "bestellnummer",   "bestellnr",   "bestellid",     "auftragsnummer", "auftragsnr",
    "rechnungsnummer", "rechnungsnr", "belegnummer",   "numerocommande", "commande",
    "numeropedido",    "pedido"};
constexpr std::array<std::string_view, 27> kProduct{
    "product",       "productname",   "producttitle",
    "item",          "itemname",      "article",
    "stockcode",     "sku",           "productid",
    "itemid",        "articleid",     "description",
    "lineitemname",  "produkt",       "produktname",
    "artikel",       "artikelname",   "artikelbezeichnung",
    "bezeichnung",   "artikelnummer", "artikelnr",
    "produktnummer", "produit",       "articlenom",
    "producto",      "articulo",      "productcode"};
constexpr std::array<std::string_view, 17> kQuantity{
    "quantityordered", "quantity",  "qty",           "orderqty",     "orderquantity",
    "units",           "unitssold", "amountordered", "itemquantity", "lineitemquantity",
    "menge",           "anzahl",    "stueckzahl",    "bestellmenge", "quantite",
    "cantidad",        "stuck"};
constexpr std::array<std::string_view, 16> kUnitPrice{
    "priceeach",    "unitprice",     "price",          "itemprice",   "unitcost", "pricepaid",
    "sellprice",    "lineitemprice", "einzelpreis",    "stueckpreis", "preis",    "verkaufspreis",
    "prixunitaire", "prix",          "preciounitario", "precio"};
constexpr std::array<std::string_view, 17> kRevenue{
    "sales",       "revenue", "linetotal",    "totalprice", "linerevenue", "salesamount",
    "totalamount", "amount",  "total",        "netamount",  "umsatz",      "gesamtpreis",
    "zeilensumme", "betrag",  "gesamtbetrag", "montant",    "importe"};
constexpr std::array<std::string_view, 15> kCustomer{
    "customerid",   "customer", "customerno", "customernumber", "customeruniqueid",
    "clientid",     "client",   "userid",     "buyerid",        "customername",
    "kundennummer", "kundennr", "kunde",      "kundenid",       "cliente"};
constexpr std::array<std::string_view, 24> kPlace{"purchaseaddress",
                                                  "shippingaddress",
                                                  "address",
                                                  "store",
                                                  "storeid",
                                                  "shop",
                                                  "shopid",
                                                  "branch",
                                                  "location",
                                                  "city",
                                                  "region",
                                                  "state",
                                                  "country",
                                                  "filiale",
                                                  "laden",
                                                  "markt",
                                                  "lieferadresse",
                                                  "adresse",
                                                  "stadt",
                                                  "ort",
                                                  "land",
                                                  "magasin",
                                                  "tienda",
                                                  "direccion"};

constexpr int kSampleRows = 1000;
// Shares of readable cells: half will do where the name speaks for a column, since the rest becomes
// rejects that everybody sees; without a name it must be clear.
constexpr double kNamedShare = 0.5;
constexpr double kUnnamedShare = 0.8;

/// Small letters and digits; umlauts as two letters, other signs dropped.
std::string normalised(std::string_view name) {
  static constexpr std::array<std::pair<std::string_view, std::string_view>, 8> kLetters{
      {{"ä", "ae"},
       {"ö", "oe"},
       {"ü", "ue"},
       {"ß", "ss"},
       {"é", "e"},
       {"è", "e"},
       {"ó", "o"},
       {"ú", "u"}}};
  std::string result;
  for (std::size_t i = 0; i < name.size();) {
    const auto letter = std::find_if(kLetters.begin(), kLetters.end(), [&](const auto& pair) {
      return name.substr(i).starts_with(pair.first);
    });
    if (letter != kLetters.end()) {
      result += letter->second;
      i += letter->first.size();
      continue;
    }
    const char c = ascii_lower(name[i++]);
    if ((c >= 'a' && c <= 'z') || is_ascii_digit(c)) result += c;
  }
  return result;
}

/// The first rows of a file, cell by cell.
struct Sample {
  std::vector<std::string> columns;
  std::vector<std::vector<std::string>> rows;

  std::vector<std::string_view> cells(std::size_t column) const {
    std::vector<std::string_view> result;
    for (const auto& row : rows) {
      if (!row[column].empty() && row[column] != columns[column]) result.push_back(row[column]);
    }
    return result;
  }

  std::size_t index(const std::string& name) const {
    return static_cast<std::size_t>(std::find(columns.begin(), columns.end(), name) -
                                    columns.begin());
  }
};

Sample take_sample(const std::filesystem::path& file, const CsvOptions& csv) {
  const auto source = open_records(file, csv);
  Sample sample{source->columns(), {}};
  Record record;
  while (sample.rows.size() < kSampleRows && source->next(record)) {
    if (record.fields.size() != sample.columns.size() || is_blank(record)) continue;
    std::vector<std::string> row;
    for (const std::string_view field : record.fields) row.emplace_back(trim(field));
    sample.rows.push_back(std::move(row));
  }
  return sample;
}

bool holds_times(const Sample& sample, std::size_t column, double least_share) {
  DateEvidence evidence;
  for (const std::string_view cell : sample.cells(column)) evidence.add(cell);
  return evidence.is_time_column(least_share);
}

bool may_hold_times(const Sample& sample, std::size_t column) {
  return holds_times(sample, column, kNamedShare);
}

bool may_hold_amounts(const Sample& sample, std::size_t column) {
  const auto cells = sample.cells(column);
  DecimalEvidence evidence;
  for (const std::string_view cell : cells) evidence.add(cell);
  const auto numbers = std::count_if(cells.begin(), cells.end(), [&](std::string_view cell) {
    return parse_amount(cell, evidence.decide()).has_value();
  });
  return numbers > 0 &&
         static_cast<double>(numbers) >= kNamedShare * static_cast<double>(cells.size());
}

bool holds_anything(const Sample&, std::size_t) {
  return true;
}

using Check = bool (*)(const Sample&, std::size_t);

/// The column whose name stands first in the list and whose cells pass the check; "" for none.
std::string find_column(const Sample& sample, Spellings spellings, Check fits) {
  for (const std::string_view spelling : spellings) {
    for (std::size_t i = 0; i < sample.columns.size(); ++i) {
      if (normalised(sample.columns[i]) == spelling && fits(sample, i)) return sample.columns[i];
    }
  }
  return "";
}

std::string find_time_column(const Sample& sample, const std::string& file) {
  std::string named = find_column(sample, kTime, may_hold_times);
  if (!named.empty()) return named;
  for (std::size_t i = 0; i < sample.columns.size(); ++i) {
    if (holds_times(sample, i, kUnnamedShare)) return sample.columns[i];
  }
  throw Error(
      ErrorCode::bad_data,
      fmt::format("no time column found in '{}'; its columns are: {}. Name the right one with "
                  "--time-column \"NAME\" or under [columns] in dataset.toml",
                  file, fmt::join(sample.columns, ", ")));
}

void guess_columns(const Sample& sample, const std::string& file, ColumnMapping& columns) {
  if (columns.time.empty()) columns.time = find_time_column(sample, file);
  const auto guess = [&](std::string& column, Spellings spellings, Check fits) {
    if (column.empty()) column = find_column(sample, spellings, fits);
  };
  guess(columns.order_id, kOrder, holds_anything);
  guess(columns.product, kProduct, holds_anything);
  guess(columns.quantity, kQuantity, may_hold_amounts);
  guess(columns.unit_price, kUnitPrice, may_hold_amounts);
  guess(columns.customer, kCustomer, holds_anything);
  guess(columns.place, kPlace, holds_anything);
  // A price of one unit says more than a total, whose meaning (line or order?) a name cannot tell.
  if (columns.unit_price.empty()) guess(columns.revenue, kRevenue, may_hold_amounts);
}

bool is_number(std::string_view text) {
  return !text.empty() &&
         std::all_of(text.begin(), text.end(), [](char c) { return c >= '0' && c <= '9'; });
}

/// A letter in front of otherwise numeric order ids that comes with negative quantities only.
std::string guess_credit_prefix(const Sample& sample, const ColumnMapping& columns) {
  if (columns.order_id.empty() || columns.quantity.empty()) return "";
  const std::size_t id_column = sample.index(columns.order_id);
  const std::size_t quantity_column = sample.index(columns.quantity);
  std::string prefix;
  std::size_t numeric = 0;
  for (const auto& row : sample.rows) {
    const std::string_view id = row[id_column];
    if (is_number(id)) ++numeric;
    if (id.size() < 2 || is_number(id.substr(0, 1)) || !is_number(id.substr(1))) continue;
    if (!row[quantity_column].starts_with('-')) continue;
    if (prefix.empty()) prefix = std::string(id.substr(0, 1));
  }
  return numeric * 2 > sample.rows.size() ? prefix : "";
}

DateEvidence time_evidence(const std::filesystem::path& file, const DatasetConfig& config) {
  DateEvidence evidence;
  const auto source = open_records(file, config.csv);
  const auto& columns = source->columns();
  const auto at = std::find(columns.begin(), columns.end(), config.columns.time);
  if (at == columns.end()) return evidence;
  const auto column = static_cast<std::size_t>(at - columns.begin());
  Record record;
  while (source->next(record)) {
    if (record.fields.size() == columns.size()) evidence.add(trim(record.fields[column]));
  }
  return evidence;
}

/// The order, if it must be known and some file tells it.
std::optional<DateOrder> guess_date_order(const std::vector<std::filesystem::path>& files,
                                          const DatasetConfig& config) {
  DateEvidence evidence;
  for (const auto& file : files) {
    evidence.merge(time_evidence(file, config));
    if (evidence.is_decided()) break;
  }
  const std::string place =
      fmt::format("column '{}' of '{}'", config.columns.time, files.front().filename().string());
  switch (evidence.decide(config.date_order, place)) {
    case DateFormat::mdy:
      return DateOrder::mdy;
    case DateFormat::dmy:
      return DateOrder::dmy;
    default:
      return config.date_order;
  }
}

/// Hours where the data have clock times, days where they have dates only.
PanelConfig default_panel(const Sample& sample, const DatasetConfig& config) {
  const auto cells = sample.cells(sample.index(config.columns.time));
  const bool has_clock = std::any_of(cells.begin(), cells.end(), [](std::string_view cell) {
    const std::size_t colon = cell.find(':');
    return colon == std::string_view::npos ? is_number(cell)
                                           : cell.find("00:00") == std::string_view::npos;
  });
  PanelConfig panel;
  panel.name = has_clock ? "hourly" : "daily";
  panel.frequency = Frequency::parse(has_clock ? "h" : "D");
  panel.horizon = has_clock ? 24 : 28;
  return panel;
}

}  // namespace

bool is_time_name(const std::string& column) {
  return std::find(kTime.begin(), kTime.end(), normalised(column)) != kTime.end();
}

void require_columns(const ColumnMapping& mapping, const std::vector<std::string>& columns,
                     const std::string& file) {
  for (const std::string* const name :
       {&mapping.time, &mapping.order_id, &mapping.product, &mapping.quantity, &mapping.unit_price,
        &mapping.revenue, &mapping.customer, &mapping.place}) {
    if (name->empty() || std::find(columns.begin(), columns.end(), *name) != columns.end())
      continue;
    throw Error(
        ErrorCode::unknown_name,
        fmt::format("column '{}' is not in '{}'; its columns are: {}{}", *name, file,
                    fmt::join(columns, ", "),
                    name == &mapping.time ? ". Name the right one with --time-column or under "
                                            "[columns] in dataset.toml"
                                          : ""));
  }
}

DatasetConfig guess_dataset_config(const std::vector<std::filesystem::path>& files,
                                   DatasetConfig partial) {
  if (files.empty()) throw Error(ErrorCode::usage, "no order files were given");
  const std::string name = files.front().string();
  const Sample sample = take_sample(files.front(), partial.csv);
  if (sample.rows.empty()) {
    throw Error(ErrorCode::bad_data, fmt::format("'{}' holds a header but no rows", name));
  }
  require_columns(partial.columns, sample.columns, name);
  guess_columns(sample, name, partial.columns);
  if (partial.credit_prefix.empty()) {
    partial.credit_prefix = guess_credit_prefix(sample, partial.columns);
  }
  partial.date_order = guess_date_order(files, partial);
  if (partial.panels.empty()) partial.panels.push_back(default_panel(sample, partial));
  partial.validate();
  return partial;
}

}  // namespace forecart
