# forecast::auto.arima with its defaults on every series of a long table (unique_id,ds,y).
#
#   Rscript auto_arima.R TABLE SEASON HORIZON      a JSON object per series on stdout
#
# Seconds are CPU seconds of the fit alone, the best of three where one takes less than a second. A
# series that auto.arima cannot do has "error" instead.
suppressMessages(library(forecast))

arguments <- commandArgs(trailingOnly = TRUE)
season <- as.integer(arguments[2])
horizon <- as.integer(arguments[3])
peer <- sprintf("R %s forecast %s", getRversion(), packageVersion("forecast"))

cpu <- function() sum(proc.time()[1:2])

quoted <- function(text) paste0('"', gsub('["\\\\[:cntrl:]]', " ", text), '"')

# list(fit, seconds) of the quickest of up to three fits.
timed_fit <- function(y) {
  best <- Inf
  for (i in 1:3) {
    start <- cpu()
    fit <- suppressWarnings(auto.arima(y))
    spent <- cpu() - start
    best <- min(best, spent)
    if (spent > 1) break
  }
  list(fit = fit, seconds = best)
}

# The JSON fields that one series ends in.
result <- function(y) {
  tryCatch({
    timed <- timed_fit(ts(y, frequency = season))
    mean <- as.numeric(forecast(timed$fit, h = horizon)$mean)
    if (!all(is.finite(mean))) stop("the forecast is not finite")
    sprintf('"model": %s, "fit_seconds": %.6f, "forecast": [%s]', quoted(as.character(timed$fit)),
            timed$seconds, paste(sprintf("%.15g", mean), collapse = ", "))
  }, error = function(e) sprintf('"error": %s', quoted(conditionMessage(e))))
}

table <- read.csv(arguments[1])
invisible(result(head(table$y, 60)))  # R compiles what it runs: the first series must not pay
for (id in unique(table$unique_id)) {
  cat(sprintf('{"peer": %s, "unique_id": %s, %s}\n', quoted(peer), quoted(id),
              result(table$y[table$unique_id == id])))
  flush(stdout())
}
