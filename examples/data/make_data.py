"""Write the data of the examples: `python examples/data/make_data.py [FOLDER]`.

Both tables are made up, the same ones each time, with the standard library alone. The default
FOLDER is the one of this script.
"""

import csv
import datetime
import math
import random
import sys
from pathlib import Path

CUSTOMERS = 7043
NEW_CUSTOMERS = 11  # in their first month: no total yet, and the field is a blank
FIRST_DAY = datetime.date(2023, 1, 1)
DAYS = 3 * 365


def chance(rng: random.Random, probability: float) -> int:
    """1 with this probability, otherwise 0."""
    return int(rng.random() < probability)


def customer(rng: random.Random, number: int, *, is_new: bool) -> dict[str, object]:
    """One customer of a telephone company, who may leave next month.

    Short contracts, short tenure, fibre, electronic cheques and calls to support make leaving
    likelier.
    """
    contract = rng.choices(["Month-to-month", "One year", "Two year"], [55, 21, 24])[0]
    longest = {"Month-to-month": 40, "One year": 65, "Two year": 72}[contract]
    tenure = 0 if is_new else min(72, 1 + int(longest * rng.betavariate(1.1, 1.4)))
    internet = rng.choices(["DSL", "Fiber optic", "No"], [34, 44, 22])[0]
    online = internet != "No"
    phone = chance(rng, 0.9)
    lines = phone * chance(rng, 0.45)
    security, backup, support = (online * chance(rng, share) for share in (0.37, 0.44, 0.37))
    streaming = online * chance(rng, 0.5)
    monthly = 20.0 * phone + 5 * lines + {"DSL": 25, "Fiber optic": 50, "No": 0}[internet]
    monthly += 5 * (security + backup + support) + 15 * streaming + rng.gauss(0, 2)
    monthly = max(monthly, 18.25)
    payment = rng.choices(
        ["Electronic check", "Mailed check", "Bank transfer", "Credit card"], [34, 23, 22, 21]
    )[0]
    calls = min(9, int(rng.expovariate(0.8)))
    senior = chance(rng, 0.16)
    paperless = chance(rng, 0.59)
    log_odds = (
        -1.55
        + {"Month-to-month": 1.5, "One year": -0.25, "Two year": -1.6}[contract]
        - 0.045 * tenure
        + {"DSL": 0.0, "Fiber optic": 1.0, "No": -0.7}[internet]
        + 0.45 * (payment == "Electronic check")
        + 0.3 * calls
        + 0.25 * senior
        + 0.3 * paperless
        - 0.4 * security
        - 0.4 * support
    )
    left = chance(rng, 1 / (1 + math.exp(-log_odds))) if not is_new else 0
    total = " " if is_new else f"{monthly * tenure * rng.uniform(0.95, 1.05):.2f}"
    return {
        "CustomerID": number,
        "Gender": rng.choice(["Female", "Male"]),
        "Senior": senior,
        "Partner": chance(rng, 0.48),
        "Dependents": chance(rng, 0.3),
        "Region": rng.choices(["North", "South", "West"], [5, 3, 2])[0],
        "tenure": tenure,
        "Phone": phone,
        "MultipleLines": lines,
        "Internet": internet,
        "OnlineSecurity": security,
        "OnlineBackup": backup,
        "TechSupport": support,
        "Streaming": streaming,
        "Contract": contract,
        "Paperless": paperless,
        "PaymentMethod": payment,
        "SupportCalls": calls,
        "MonthlyCharges": f"{monthly:.2f}",
        "TotalCharges": total,
        "Churn": "Yes" if left else "No",
    }


def churn() -> list[dict[str, object]]:
    """The customers, in the order of their numbers."""
    rng = random.Random(7)
    new = set(rng.sample(range(CUSTOMERS), NEW_CUSTOMERS))
    return [customer(rng, 1001 + row, is_new=row in new) for row in range(CUSTOMERS)]


def bike_rentals() -> list[dict[str, object]]:
    """Rentals of three years, a row a day: trend, summer and winter, weekdays, weather.

    The counter was broken on a few days, which are missing from the table.
    """
    rng = random.Random(11)
    broken = {*range(400, 404), 871}
    rows: list[dict[str, object]] = []
    wetness = 0.0
    for day in range(DAYS):
        date = FIRST_DAY + datetime.timedelta(days=day)
        season = math.sin(2 * math.pi * (date.timetuple().tm_yday - 105) / 365)
        temperature = 11 + 10 * season + rng.gauss(0, 3)
        wetness = 0.5 * wetness + rng.gauss(0, 1)
        rain = max(0.0, 4 * (wetness - 0.6))
        weekend = date.weekday() >= 5
        level = 900 * 1.0006**day * (1 + 0.45 * season) * (0.78 if weekend else 1)
        level *= math.exp(0.012 * (temperature - 11) - 0.035 * rain + rng.gauss(0, 0.07))
        if day not in broken:
            rows.append(
                {
                    "date": date.isoformat(),
                    "temperature": f"{temperature:.1f}",
                    "rain": f"{rain:.1f}",
                    "rentals": round(level),
                }
            )
    return rows


def write(path: Path, rows: list[dict[str, object]]) -> None:
    """Write rows as CSV, with a header."""
    with path.open("w", encoding="utf-8", newline="") as file:
        table = csv.DictWriter(file, list(rows[0]), lineterminator="\n")
        table.writeheader()
        table.writerows(rows)


if __name__ == "__main__":
    folder = Path(sys.argv[1]) if len(sys.argv) > 1 else Path(__file__).parent
    write(folder / "churn.csv", churn())
    write(folder / "bike_rentals.csv", bike_rentals())
