"""Taxes on sales: percentages, fixed amounts and divisions, inside prices or on top of them, each explained.

`rows` are what a store knows, `prepared` checks and solves them once, `document` counts what a document
comes to, `shares` gives each line its part, `by_group` and `explanation` tell it, `position` decides which
fiscal position holds. A rate is in percent, an amount in minor units.
"""

from retail.tax.by_group import TaxGroupTotal as TaxGroupTotal
from retail.tax.by_group import tax_groups as tax_groups
from retail.tax.checks import checked_tax_class as checked_tax_class
from retail.tax.document import document_taxes as document_taxes
from retail.tax.document import plain_totals as plain_totals
from retail.tax.document import tax_in as tax_in
from retail.tax.document import tax_totals as tax_totals
from retail.tax.explanation import ExplainedShare as ExplainedShare
from retail.tax.explanation import ExplainedTax as ExplainedTax
from retail.tax.explanation import explain as explain
from retail.tax.line import TaxableLine as TaxableLine
from retail.tax.position import adapted_price as adapted_price
from retail.tax.position import position_in_force as position_in_force
from retail.tax.prepared import PreparedTaxes as PreparedTaxes
from retail.tax.prepared import TaxRounding as TaxRounding
from retail.tax.refusals import LineNotTaxable as LineNotTaxable
from retail.tax.refusals import TaxMeasureUnknown as TaxMeasureUnknown
from retail.tax.refusals import TaxRateRefused as TaxRateRefused
from retail.tax.refusals import TaxRowRefused as TaxRowRefused
from retail.tax.refusals import UnknownFiscalPosition as UnknownFiscalPosition
from retail.tax.refusals import UnknownService as UnknownService
from retail.tax.refusals import UnknownTaxClass as UnknownTaxClass
from retail.tax.rows import FiscalPosition as FiscalPosition
from retail.tax.rows import Tax as Tax
from retail.tax.rows import TaxGroup as TaxGroup
from retail.tax.rows import TaxKind as TaxKind
from retail.tax.shares import line_taxes as line_taxes
