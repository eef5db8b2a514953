"""What a name most likely means in a notebook that forgot to import it."""

_MODULES = {
    "np": "numpy",
    "pd": "pandas",
    "plt": "matplotlib.pyplot",
    "mpl": "matplotlib",
    "sns": "seaborn",
    "px": "plotly.express",
    "go": "plotly.graph_objects",
    "alt": "altair",
    "sm": "statsmodels.api",
    "smf": "statsmodels.formula.api",
    "tf": "tensorflow",
    "nn": "torch.nn",
    "F": "torch.nn.functional",
    "optim": "torch.optim",
    "xgb": "xgboost",
    "lgb": "lightgbm",
    "pl": "polars",
    "dd": "dask.dataframe",
    "da": "dask.array",
    "xr": "xarray",
    "gpd": "geopandas",
    "nx": "networkx",
    "sp": "scipy",
    "sk": "sklearn",
    "jnp": "jax.numpy",
    "hv": "holoviews",
    "dt": "datetime",
    "mdates": "matplotlib.dates",
    "mticker": "matplotlib.ticker",
    "mpatches": "matplotlib.patches",
    "gridspec": "matplotlib.gridspec",
    "bs4": "bs4",
}
"""Usual short names of modules."""

_PLAIN = """
    abc argparse ast asyncio base64 bisect calendar cmath collections copy csv cv2 dask datetime
    decimal difflib functools gc getpass glob gzip hashlib heapq importlib inspect io itertools
    jax joblib json keras lightgbm logging math matplotlib multiprocessing networkx nltk numba
    numpy operator os pandas pathlib pickle platform plotly polars pprint psutil pymc random re
    requests scipy seaborn shap shutil signal sklearn socket spacy sqlite3 statistics
    statsmodels string struct subprocess sympy sys tempfile textwrap threading time timeit torch
    torchvision traceback transformers types typing unittest urllib uuid warnings xgboost yaml
    zipfile
"""

_MEMBERS = {
    "collections": "Counter defaultdict deque namedtuple OrderedDict",
    "concurrent.futures": "ProcessPoolExecutor ThreadPoolExecutor",
    "contextlib": "contextmanager suppress",
    "copy": "deepcopy",
    "dataclasses": "dataclass",
    "datetime": "timedelta",
    "enum": "Enum",
    "functools": "lru_cache partial reduce wraps",
    "IPython.display": "HTML IFrame Image Markdown clear_output",
    "itertools": "chain combinations permutations product",
    "pathlib": "Path",
    "pprint": "pprint",
    "typing": "Any Callable Dict Iterable List Optional Tuple Union",
    "urllib.request": "urlopen urlretrieve",
    "bs4": "BeautifulSoup",
    "ipywidgets": "interact interactive",
    "lightgbm": "LGBMClassifier LGBMRegressor",
    "matplotlib": "cm rcParams ticker",
    "PIL": "ImageDraw ImageFont",
    "plotly.subplots": "make_subplots",
    "scipy": "optimize signal stats",
    "scipy.optimize": "curve_fit minimize",
    "sklearn": "datasets linear_model metrics preprocessing",
    "sklearn.cluster": "DBSCAN AgglomerativeClustering KMeans",
    "sklearn.compose": "ColumnTransformer make_column_transformer",
    "sklearn.datasets": """
        fetch_california_housing fetch_openml load_breast_cancer load_digits load_iris
        load_wine make_blobs make_classification make_moons make_regression
    """,
    "sklearn.decomposition": "NMF PCA TruncatedSVD",
    "sklearn.dummy": "DummyClassifier DummyRegressor",
    "sklearn.ensemble": """
        AdaBoostClassifier ExtraTreesClassifier GradientBoostingClassifier
        GradientBoostingRegressor HistGradientBoostingClassifier
        HistGradientBoostingRegressor IsolationForest RandomForestClassifier
        RandomForestRegressor StackingClassifier VotingClassifier
    """,
    "sklearn.feature_extraction.text": "CountVectorizer TfidfVectorizer",
    "sklearn.feature_selection": "RFE SelectFromModel SelectKBest",
    "sklearn.impute": "KNNImputer SimpleImputer",
    "sklearn.inspection": "permutation_importance",
    "sklearn.linear_model": """
        ElasticNet Lasso LinearRegression LogisticRegression Ridge SGDClassifier
    """,
    "sklearn.manifold": "TSNE",
    "sklearn.metrics": """
        ConfusionMatrixDisplay accuracy_score auc average_precision_score
        classification_report confusion_matrix f1_score log_loss mean_absolute_error
        mean_squared_error precision_recall_curve precision_score r2_score recall_score
        roc_auc_score roc_curve root_mean_squared_error silhouette_score
    """,
    "sklearn.model_selection": """
        GridSearchCV GroupKFold KFold RandomizedSearchCV StratifiedKFold
        StratifiedShuffleSplit TimeSeriesSplit cross_val_predict cross_val_score
        cross_validate learning_curve train_test_split
    """,
    "sklearn.naive_bayes": "GaussianNB MultinomialNB",
    "sklearn.neighbors": "KNeighborsClassifier KNeighborsRegressor NearestNeighbors",
    "sklearn.neural_network": "MLPClassifier MLPRegressor",
    "sklearn.pipeline": "FeatureUnion Pipeline make_pipeline",
    "sklearn.preprocessing": """
        FunctionTransformer LabelEncoder MinMaxScaler OneHotEncoder OrdinalEncoder
        PolynomialFeatures PowerTransformer RobustScaler StandardScaler
    """,
    "sklearn.svm": "SVC SVR LinearSVC",
    "sklearn.tree": "DecisionTreeClassifier DecisionTreeRegressor plot_tree",
    "sqlalchemy": "create_engine",
    "torch.utils.data": "DataLoader TensorDataset",
    "torchvision": "transforms",
    "tqdm": "tqdm trange",
    "xgboost": "XGBClassifier XGBRegressor",
}

KNOWN_IMPORTS: dict[str, str] = {
    **{name: f"import {name}" for name in _PLAIN.split()},
    **{
        name: f"from {module} import {name}"
        for module, names in _MEMBERS.items()
        for name in names.split()
    },
    **{
        name: f"import {module}" if name == module else f"import {module} as {name}"
        for name, module in _MODULES.items()
    },
    # `date.today()` and `datetime.now()` ask for the class, `datetime.datetime` for the module.
    "date": "from datetime import date",
}
"""The import statement by the name that it binds."""
